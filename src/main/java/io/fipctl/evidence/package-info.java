/**
 * What was read of a cluster and its nodes, live or from a collection, with secrets taken out and
 * with the reason for everything that was not read. Nothing is judged here.
 */
package io.fipctl.evidence;
