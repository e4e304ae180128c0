/** What each node does with each floating IP, by the judgement of the checks. */
package io.fipctl.doctor.nat;
