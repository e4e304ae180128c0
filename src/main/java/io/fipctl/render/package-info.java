/**
 * How answers look: tables for people, one document for programs, errors for both. stdout carries
 * the answer and nothing else; everything else goes to stderr.
 */
package io.fipctl.render;
