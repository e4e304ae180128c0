/** The verbs that look for what is wrong: doctor, nat, node-shell, cleanup. */
package io.fipctl.cli.diagnose;
