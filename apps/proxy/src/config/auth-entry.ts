import { IsArray, IsNotEmpty, IsOptional, IsString, Matches, ValidateIf } from 'class-validator';

/** What the identity of the one shared token is called; no other identity may have that name beside it. */
export const LEGACY_IDENTITY = 'legacy-agent-token';

/** One identity an agent can prove with its token, and the paths it may register. */
export class AuthEntry {
  /** How the identity is called in logs; never sent to anybody. */
  @IsString({ message: 'must be text' })
  @IsNotEmpty({ message: 'must not be empty' })
  readonly name!: string;

  /** Secret the agent presents; may be left out where `tokenFile` or `subjects` are given. */
  @ValidateIf((entry: AuthEntry) => entry.token !== undefined || !hasOtherProof(entry))
  @IsString({ message: 'must be text' })
  @IsNotEmpty({ message: 'must not be empty' })
  readonly token?: string;

  /** File that holds this secret, in place of `token`; a changed one is taken up while the proxy runs. */
  @IsOptional()
  @IsString({ message: 'must be text' })
  @IsNotEmpty({ message: 'must not be empty' })
  readonly tokenFile?: string;

  /** Subject alternative names of client certificates, as `DNS:agent-7.example` or `URI:spiffe://…`. */
  @IsOptional()
  @IsArray({ message: 'must be a list' })
  @Matches(/^(DNS|URI|IP Address|email):.+$/, {
    each: true,
    message: 'must hold names such as DNS:agent-7.example or URI:spiffe://example/agent-7',
  })
  readonly subjects?: readonly string[];

  /** Globs (`*`, `?`) over whole paths without the leading slash; empty allows all. */
  @IsArray({ message: 'must be a list' })
  @IsString({ each: true, message: 'must hold texts only' })
  readonly paths!: readonly string[];
}

function hasOtherProof({ tokenFile, subjects }: AuthEntry): boolean {
  return tokenFile !== undefined || subjects !== undefined;
}
