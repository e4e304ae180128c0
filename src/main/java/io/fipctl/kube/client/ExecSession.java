package io.fipctl.kube.client;

import io.fabric8.kubernetes.client.http.WebSocket;
import io.fipctl.kube.ApiJson;
import io.fipctl.kube.FieldMask;
import io.fipctl.model.ApiObject;
import io.fipctl.node.NodeShell.Output;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One exec over a WebSocket in the protocol {@code v4.channel.k8s.io}: the first byte of a message
 * says whether it is stdin (0), stdout (1), stderr (2) or the final status (3).
 *
 * <p>fabric8's own {@code exec} would list and watch the pod first, wait for the handshake, and
 * bring in Jackson's data binding to read one number.
 */
final class ExecSession implements WebSocket.Listener {
  static final String PROTOCOL = "v4.channel.k8s.io";

  private static final byte STDIN = 0;

  /** How much of the input one message carries. */
  private static final int CHUNK = 16 * 1024;

  /** The session ended without the command's own exit code. */
  static final class Ended extends IOException {
    Ended(String message) {
      super(message);
    }

    static Ended early(int code, String reason) {
      return new Ended(
          "the connection was closed before the command's end (" + code + " " + reason + ")");
    }

    static Ended broken(Throwable failure) {
      return new Ended("the connection broke: " + failure.getMessage());
    }
  }

  private final long started = System.nanoTime();
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private final CompletableFuture<Output> output = new CompletableFuture<>();
  private final CompletableFuture<Void> begun = output.handle((answer, failure) -> null);
  private final CompletableFuture<WebSocket> socket;
  private final CompletableFuture<WebSocket> opened;
  private final Optional<byte[]> lastLine;

  /**
   * @param input what is sent to its stdin; the program must know itself where it ends, because the
   *     protocol cannot close one stream alone
   * @param lastLine ends the output, with exit code 0, before the status does
   */
  ExecSession(ApiServer server, String path, String input, Optional<String> lastLine) {
    this.lastLine = lastLine.map(line -> ("\n" + line + "\n").getBytes(StandardCharsets.UTF_8));
    this.socket = server.open(path, PROTOCOL, this);
    this.opened =
        socket.whenComplete(
            (webSocket, failure) -> {
              if (failure != null) {
                output.completeExceptionally(failure);
              } else {
                send(webSocket, input.getBytes(StandardCharsets.UTF_8));
              }
            });
  }

  private static void send(WebSocket webSocket, byte[] input) {
    for (int sent = 0; sent < input.length; sent += CHUNK) {
      int length = Math.min(CHUNK, input.length - sent);
      webSocket.send(ByteBuffer.allocate(length + 1).put(STDIN).put(input, sent, length).flip());
    }
  }

  CompletableFuture<Output> output() {
    return output;
  }

  /** Done once the command has printed something or will never. */
  CompletableFuture<Void> begun() {
    return begun;
  }

  void close() {
    output.completeExceptionally(new Ended("it was no longer waited for"));
    if (!socket.cancel(true) && !opened.isCompletedExceptionally()) {
      opened.join().sendClose(1000, "done");
    }
  }

  @Override
  public void onMessage(WebSocket webSocket, ByteBuffer message) {
    if (message.hasRemaining()) {
      byte channel = message.get();
      byte[] bytes = new byte[message.remaining()];
      message.get(bytes);
      switch (channel) {
        case 1 -> {
          stdout.writeBytes(bytes);
          // Kubelets open the channel with an empty message.
          if (bytes.length > 0) {
            begun.complete(null);
          }
          if (lastLine.filter(this::isPrinted).isPresent()) {
            finish(0);
          }
        }
        case 2 -> stderr.writeBytes(bytes);
        case 3 -> finish(bytes);
        default -> output.completeExceptionally(new Ended("unknown channel " + channel));
      }
    }
    webSocket.request();
  }

  private boolean isPrinted(byte[] line) {
    byte[] all = stdout.toByteArray();
    return all.length >= line.length
        && Arrays.equals(all, all.length - line.length, all.length, line, 0, line.length);
  }

  private void finish(byte[] status) {
    try {
      finish(exitCode(status));
    } catch (Ended e) {
      output.completeExceptionally(e);
    }
  }

  private void finish(int exitCode) {
    output.complete(
        new Output(
            exitCode,
            stdout.toString(StandardCharsets.UTF_8),
            stderr.toString(StandardCharsets.UTF_8),
            Duration.ofNanos(System.nanoTime() - started)));
  }

  /**
   * The exit code in a final status.
   *
   * @throws Ended when there is none: the program was not started, or not to its end
   */
  static int exitCode(byte[] bytes) throws Ended {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      ApiObject status = ApiJson.read(new ByteArrayInputStream(bytes), FieldMask.ALL);
      Optional<Integer> code = exitCode(status);
      if (code.isPresent()) {
        return code.get();
      }
      throw new Ended(status.text("message").orElse(text));
    } catch (Ended e) {
      throw e;
    } catch (IOException | NumberFormatException e) {
      throw new Ended("its status cannot be read: " + text);
    }
  }

  private static Optional<Integer> exitCode(ApiObject status) {
    if (status.text("status").equals(Optional.of("Success"))) {
      return Optional.of(0);
    }
    return status.objects("details", "causes").stream()
        .filter(cause -> cause.text("reason").equals(Optional.of("ExitCode")))
        .flatMap(cause -> cause.text("message").stream())
        .map(Integer::valueOf)
        .findFirst();
  }

  @Override
  public void onClose(WebSocket webSocket, int code, String reason) {
    output.completeExceptionally(Ended.early(code, reason));
    webSocket.sendClose(1000, "");
  }

  @Override
  public void onError(WebSocket webSocket, Throwable failure) {
    output.completeExceptionally(Ended.broken(failure));
  }
}
