import { IsArray, IsNotEmpty, IsOptional, IsString, Matches } from 'class-validator';

const TEXT = { message: 'must be text' };
const NOT_EMPTY = { message: 'must not be empty' };

/** One credential a scraper can show, and the paths it may scrape with it: a bearer token, or a user with a password. */
export class ScrapeCredentialEntry {
  /** How the credential is called in logs. */
  @IsString(TEXT)
  @IsNotEmpty(NOT_EMPTY)
  readonly name!: string;

  /** Bearer token. */
  @IsOptional()
  @IsString(TEXT)
  @IsNotEmpty(NOT_EMPTY)
  readonly token?: string;

  /** File that holds this token, in place of `token`; a changed one is taken up while the proxy runs. */
  @IsOptional()
  @IsString(TEXT)
  @IsNotEmpty(NOT_EMPTY)
  readonly tokenFile?: string;

  /** User of basic authentication. */
  @IsOptional()
  @IsString(TEXT)
  @Matches(/^[^:]+$/, { message: 'must not be empty, nor hold a colon' })
  readonly username?: string;

  @IsOptional()
  @IsString(TEXT)
  @IsNotEmpty(NOT_EMPTY)
  readonly password?: string;

  /** File that holds this password, in place of `password`; a changed one is taken up while the proxy runs. */
  @IsOptional()
  @IsString(TEXT)
  @IsNotEmpty(NOT_EMPTY)
  readonly passwordFile?: string;

  /** Globs (`*`, `?`) over whole paths without the leading slash; empty allows all. */
  @IsArray({ message: 'must be a list' })
  @IsString({ each: true, message: 'must hold texts only' })
  readonly paths!: readonly string[];
}
