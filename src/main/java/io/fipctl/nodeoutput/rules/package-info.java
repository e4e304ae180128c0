/** Readers of iptables-save and nft, as JSON and as text, into tables, chains and rules. */
package io.fipctl.nodeoutput.rules;
