package io.fipctl.kube.client;

import io.fipctl.kube.Cluster;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * An API server with one node's pods and their exec, over a real WebSocket: the JDK's HTTP server
 * cannot upgrade connections.
 */
final class FakeKubelet implements AutoCloseable {
  /** A message on a channel of v4.channel.k8s.io. */
  record Frame(int channel, String text) {}

  private final ServerSocket socket;
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  /** The paths asked for, decoded, in order. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  /** What each exec prints. */
  final List<Frame> frames = new CopyOnWriteArrayList<>();

  /** What the client sends to each exec. */
  final BlockingQueue<Frame> typed = new LinkedBlockingQueue<>();

  /** Opened before an exec is answered. */
  CountDownLatch held = new CountDownLatch(0);

  /** The status of the next handshakes, then 101. */
  final List<Integer> refusals = new CopyOnWriteArrayList<>();

  /** The body of a refusal that is asked for without a WebSocket. */
  String words = "{}";

  /** Its DaemonSets: Calico's, from a manifest. */
  String daemonSets =
      """
      {"items": [{"metadata": {"name": "calico-node", "namespace": "kube-system", "uid": "ds"},
        "spec": {"template": {"spec": {"hostNetwork": true,
          "containers": [{"name": "calico-node", "image": "calico/node:v3.31.7"}]}}}}]}
      """;

  /** The pods of every namespace that is asked for. */
  String pods = "{\"items\":[]}";

  FakeKubelet() {
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofPlatform().daemon().start(this::accept);
  }

  Cluster cluster() {
    return FakeApiServer.cluster(
        FakeApiServer.options("http://127.0.0.1:" + socket.getLocalPort()));
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = socket.accept();
        open.add(connection);
        Thread.ofPlatform().daemon().start(() -> serve(connection));
      }
    } catch (IOException e) {
      // Closed: the test is over.
      open.clear();
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      DataInputStream in = new DataInputStream(connection.getInputStream());
      DataOutputStream out = new DataOutputStream(connection.getOutputStream());
      for (List<String> head = head(in); !head.isEmpty(); head = head(in)) {
        String path = head.getFirst().split(" ", -1)[1];
        asked.add(URLDecoder.decode(path, StandardCharsets.UTF_8));
        String key = header(head, "sec-websocket-key");
        if (!path.contains("/exec?")) {
          String list = path.contains("/daemonsets?") ? daemonSets : pods;
          say(out, 200, FakeApiServer.Whole.answer("GET", path, "", list));
        } else if (key.isEmpty()) {
          say(out, words.equals("{}") ? 400 : 403, words);
        } else if (!refusals.isEmpty()) {
          say(out, refusals.removeFirst(), "{}");
        } else {
          Thread.ofPlatform().daemon().start(() -> listen(in));
          exec(out, key);
          return;
        }
      }
    } catch (IOException | InterruptedException e) {
      // The client has gone.
      open.remove(connection);
    }
  }

  private void exec(DataOutputStream out, String key) throws IOException, InterruptedException {
    out.writeBytes(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Protocol: v4.channel.k8s.io\r\nSec-WebSocket-Accept: "
            + accepted(key)
            + "\r\n\r\n");
    out.flush();
    held.await();
    for (Frame frame : frames) {
      byte[] text = frame.text().getBytes(StandardCharsets.UTF_8);
      out.writeByte(0x82);
      out.writeByte(126);
      out.writeShort(text.length + 1);
      out.writeByte(frame.channel());
      out.write(text);
    }
    out.write(new byte[] {(byte) 0x88, 2, 3, (byte) 0xe8});
    out.flush();
  }

  /** Masked frames, until the connection ends. */
  private void listen(DataInputStream in) {
    try {
      for (int opcode = in.readUnsignedByte() & 15; ; opcode = in.readUnsignedByte() & 15) {
        int length = in.readUnsignedByte() & 127;
        byte[] payload = new byte[length == 126 ? in.readUnsignedShort() : length];
        byte[] mask = in.readNBytes(4);
        in.readFully(payload);
        for (int i = 0; i < payload.length; i++) {
          payload[i] ^= mask[i % 4];
        }
        if (opcode == 2) {
          String text = new String(payload, 1, payload.length - 1, StandardCharsets.UTF_8);
          typed.add(new Frame(payload[0], text));
        }
      }
    } catch (IOException e) {
      // The client has gone.
      typed.add(new Frame(-1, "gone"));
    }
  }

  private static String accepted(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest(
                  (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void say(DataOutputStream out, int code, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    out.writeBytes("HTTP/1.1 " + code + " X\r\nContent-Length: " + bytes.length + "\r\n\r\n");
    out.write(bytes);
    out.flush();
  }

  private static List<String> head(DataInputStream in) throws IOException {
    List<String> lines = new ArrayList<>();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next == '\n') {
        if (line.size() == 0) {
          return lines;
        }
        lines.add(line.toString(StandardCharsets.UTF_8));
        line.reset();
      } else if (next != '\r') {
        line.write(next);
      }
    }
    return List.of();
  }

  private static String header(List<String> head, String name) {
    return head.stream()
        .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  @Override
  public void close() {
    try {
      socket.close();
      for (Socket connection : open) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
