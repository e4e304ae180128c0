/** What the tools of a simulated node print: iptables-save, nft, ip, birdcl, conntrack. */
package io.fipctl.lab.text;
