/** The verbs about fipctl itself: the practice cluster, completion, help, version. */
package io.fipctl.cli.tools;
