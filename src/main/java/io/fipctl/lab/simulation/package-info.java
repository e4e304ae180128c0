/** What the practice cluster is and what happens in it: API objects, CNI, IPAM, Felix, BIRD. */
package io.fipctl.lab.simulation;
