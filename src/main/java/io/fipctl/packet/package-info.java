/** What a node's rules and routes do with a floating IP, whatever backend holds them. */
package io.fipctl.packet;
