import { IsNotEmpty, IsString, Matches, ValidateIf } from 'class-validator';

const TEXT = { message: 'must be text' };
const NOT_EMPTY = { message: 'must not be empty' };

/** The other rules count unless the field is absent; null is not. */
export const IfGiven = (): PropertyDecorator => ValidateIf((_object, value) => value !== undefined);

/** User and password for one target. */
export class BasicAuthConfig {
  @IsString(TEXT)
  @Matches(/^[^:]+$/, { message: 'must not be empty, nor hold a colon' })
  readonly username!: string;

  @IfGiven()
  @IsString(TEXT)
  readonly password?: string;

  @IfGiven()
  @IsString(TEXT)
  @IsNotEmpty(NOT_EMPTY)
  readonly passwordFile?: string;
}
