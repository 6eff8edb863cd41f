import { IsDefined, IsString } from 'class-validator';

/** One target of an agent and the path Prometheus finds it under. */
export class PathConfig {
  /** How logs call it. */
  @IsString({ message: 'must be text' })
  readonly name!: string;

  /** Without the leading slash. */
  @IsString({ message: 'must be text' })
  @IsDefined()
  readonly path!: string;

  /** The target: http or https; may hold user and password, so it is masked before it is shown. */
  @IsString({ message: 'must be text' })
  readonly url!: string;

  /** Labels for service discovery, as the text of a JSON object. */
  @IsString({ message: 'must be text' })
  readonly labels: string = '{}';
}
