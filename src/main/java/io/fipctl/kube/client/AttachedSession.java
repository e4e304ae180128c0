package io.fipctl.kube.client;

import io.fabric8.kubernetes.client.http.WebSocket;
import io.fipctl.node.Streams;
import io.fipctl.node.Streams.Person;
import io.fipctl.node.Streams.Size;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * One exec with the user's own streams: what is typed goes to channel 0 and the terminal's size, as
 * it changes, to channel 4 of {@code v4.channel.k8s.io}.
 */
final class AttachedSession implements WebSocket.Listener {
  private static final byte STDIN = 0;
  private static final byte RESIZE = 4;

  private final Streams streams;
  private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

  private AttachedSession(Streams streams) {
    this.streams = streams;
  }

  /** Runs a program until it ends, and returns its exit code. */
  static int run(ExecTarget target, List<String> argv, Streams streams) {
    String path = streams.person().isPresent() ? target.terminalPath(argv) : target.path(argv);
    AttachedSession session = new AttachedSession(streams);
    try {
      WebSocket socket = target.server().open(path, ExecSession.PROTOCOL, session).get();
      try {
        streams.person().ifPresent(person -> session.listenTo(person, socket));
        return session.exitCode.get();
      } finally {
        socket.sendClose(1000, "done");
      }
    } catch (ExecutionException e) {
      throw target.failure(e.getCause(), path);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiServer.interrupted();
    }
  }

  private void listenTo(Person person, WebSocket socket) {
    resize(socket, person.size());
    person.onResize(size -> resize(socket, size));
    // A read from a terminal cannot be called off: the thread must not hold up the end.
    Thread.ofPlatform().daemon().name("keyboard").start(() -> pass(person.in(), socket));
  }

  private void pass(InputStream in, WebSocket socket) {
    byte[] typed = new byte[4096];
    try {
      for (int length = in.read(typed); length >= 0; length = in.read(typed)) {
        send(socket, STDIN, typed, length);
      }
    } catch (IOException e) {
      exitCode.completeExceptionally(
          new ExecSession.Ended("the keyboard cannot be read: " + e.getMessage()));
    }
  }

  private static void resize(WebSocket socket, Size size) {
    byte[] json =
        "{\"Width\":%d,\"Height\":%d}"
            .formatted(size.columns(), size.rows())
            .getBytes(StandardCharsets.UTF_8);
    send(socket, RESIZE, json, json.length);
  }

  private static void send(WebSocket socket, byte channel, byte[] bytes, int length) {
    ByteBuffer message = ByteBuffer.allocate(length + 1);
    socket.send(message.put(channel).put(bytes, 0, length).flip());
  }

  @Override
  public void onMessage(WebSocket webSocket, ByteBuffer message) {
    if (message.hasRemaining()) {
      byte channel = message.get();
      byte[] bytes = new byte[message.remaining()];
      message.get(bytes);
      switch (channel) {
        case 1 -> print(streams.out(), bytes);
        case 2 -> print(streams.err(), bytes);
        case 3 -> finish(bytes);
        default ->
            exitCode.completeExceptionally(new ExecSession.Ended("unknown channel " + channel));
      }
    }
    webSocket.request();
  }

  private void print(OutputStream stream, byte[] bytes) {
    try {
      stream.write(bytes);
      stream.flush();
    } catch (IOException e) {
      exitCode.completeExceptionally(
          new ExecSession.Ended("its output cannot be written: " + e.getMessage()));
    }
  }

  private void finish(byte[] status) {
    try {
      exitCode.complete(ExecSession.exitCode(status));
    } catch (ExecSession.Ended e) {
      exitCode.completeExceptionally(e);
    }
  }

  @Override
  public void onClose(WebSocket webSocket, int code, String reason) {
    exitCode.completeExceptionally(ExecSession.Ended.early(code, reason));
    webSocket.sendClose(1000, "");
  }

  @Override
  public void onError(WebSocket webSocket, Throwable failure) {
    exitCode.completeExceptionally(ExecSession.Ended.broken(failure));
  }
}
