import { IsArray, IsNotEmpty, IsString } from 'class-validator';

/** What the identity of the one shared token is called; no other identity may have that name beside it. */
export const LEGACY_IDENTITY = 'legacy-agent-token';

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
  @IsArray({ message: 'must be a list' })
  @IsString({ each: true, message: 'must hold texts only' })
  readonly paths!: readonly string[];
}
