import { Logger } from '@nestjs/common';

/** The framework logs for the whole process; in tests nobody reads it. */
Logger.overrideLogger(false);
