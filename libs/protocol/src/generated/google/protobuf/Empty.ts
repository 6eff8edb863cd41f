// Original file: null


export interface EmptyInit {
}

export interface EmptyMessage {
}
