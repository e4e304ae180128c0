/** The nouns and the failures: addresses, pods, the annotation's meaning. Knows the JDK only. */
package io.fipctl.model;
