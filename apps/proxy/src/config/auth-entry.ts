import { IsNotEmpty, IsString } from 'class-validator';

/** One identity an agent can prove with its token, and the paths it may register. */
export class AuthEntry {
  /** How the identity is called in logs; never sent to anybody. */
  @IsString({ message: 'must be text' })
  @IsNotEmpty({ message: 'must not be empty' })
  readonly name!: string;

  @IsString({ message: 'must be text' })
  @IsNotEmpty({ message: 'must not be empty' })
  readonly token!: string;

  /** Globs (`*`, `?`) over whole paths without the leading slash; empty allows all. */
  @IsString({ each: true, message: 'must be a list of texts' })
  readonly paths!: readonly string[];
}
