import { Transform, type TransformFnParams } from 'class-transformer';
import { IsInstance, IsNotEmpty, IsOptional, IsString, Matches, registerDecorator } from 'class-validator';
import { BasicAuthConfig, IfGiven } from './path-credentials.js';

/** For a path, written with or without its leading slash. */
export const withoutSlash = ({ value }: TransformFnParams): unknown =>
  typeof value === 'string' ? value.replace(/^\//, '') : (value as unknown);

/** Whether a text is an absolute http or https URL that names a host. */
const isTargetUrl = (value: unknown): boolean =>
  typeof value === 'string' && /^https?:\/\/[^/]/i.test(value) && URL.canParse(value);

function IsTargetUrl(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isTargetUrl',
      target: target.constructor,
      propertyName: String(propertyName),
      options: { message: 'must be a URL that begins with http:// or https:// and names a host' },
      validator: { validate: isTargetUrl },
    });
}

/** One target and the path Prometheus finds it under. */
class TargetEntry {
  /** How logs call it. */
  @IsString({ message: 'must be text' })
  readonly name!: string;

  /** Without the leading slash. */
  @Transform(withoutSlash)
  @IsString({ message: 'must be text' })
  @IsNotEmpty({ message: 'must not be empty' })
  readonly path!: string;

  /** The target; may hold user and password, so it is masked before it is shown. */
  @IsTargetUrl()
  readonly url!: string;

  /** Labels for service discovery, as the text of a JSON object. */
  @Transform(({ value }: TransformFnParams): unknown => (value === '' ? '{}' : (value as unknown)))
  @IsString({ message: 'must be the text of a JSON object, or an object' })
  readonly labels: string = '{}';
}

/** One target of an agent; at most one kind of credentials, also counting those of its URL. */
export class PathConfig extends TargetEntry {
  @IfGiven()
  @IsInstance(BasicAuthConfig, { message: 'must be an object' })
  readonly basicAuth?: BasicAuthConfig;

  @IfGiven()
  @Matches(/^[\x21-\x7e]+$/, { message: 'must be visible ASCII' })
  readonly bearerToken?: string;

  @IfGiven()
  @IsString({ message: 'must be text' })
  @IsNotEmpty({ message: 'must not be empty' })
  readonly bearerTokenFile?: string;
}

/**
 * One target of a file of targets; its path is its name where it has none. It takes no credentials but those of its
 * URL: who writes such a file must not be able to have any file of the agent's host sent to a host of his choice.
 */
export class DiscoveredPath extends TargetEntry {
  @IsOptional()
  declare readonly name: string;
}
