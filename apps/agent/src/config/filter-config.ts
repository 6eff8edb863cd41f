import { Transform } from 'class-transformer';
import { IsArray, IsNotEmpty, IsString, registerDecorator, type ValidationArguments } from 'class-validator';
import { compileNamePattern } from '../filter/name-pattern.js';
import { withoutSlash } from './path-config.js';

/** The patterns of a list that cannot be used, each with the reason. */
function findMistakes(value: unknown): string[] {
  const patterns = Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  return patterns.flatMap((pattern) => {
    const compiled = compileNamePattern(pattern);
    return compiled.kind === 'ok' ? [] : [`${JSON.stringify(pattern)} (${compiled.reason})`];
  });
}

function AreNamePatterns(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'areNamePatterns',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value: unknown) => findMistakes(value).length === 0,
        defaultMessage: ({ value, object }: ValidationArguments) => {
          const { path } = object as MetricFilterConfig;
          return `is no regular expression for path /${path}: ${findMistakes(value).join(', ')}`;
        },
      },
    });
}

const LIST = { message: 'must be a list of regular expressions' };

/** Which metrics of one path are passed on. */
export class MetricFilterConfig {
  /** Without the leading slash. */
  @Transform(withoutSlash)
  @IsString({ message: 'must be text' })
  @IsNotEmpty({ message: 'must not be empty' })
  readonly path!: string;

  /** Patterns for whole metric names; empty allows all. */
  @IsArray(LIST)
  @IsString({ ...LIST, each: true })
  @AreNamePatterns()
  readonly metricNameAllow!: readonly string[];

  /** Stronger than what is allowed. */
  @IsArray(LIST)
  @IsString({ ...LIST, each: true })
  @AreNamePatterns()
  readonly metricNameDeny!: readonly string[];
}
