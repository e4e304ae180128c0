/** What every command stands on: its options, its streams, the cluster it acts on. */
package io.fipctl.cli.session;
