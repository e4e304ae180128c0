package io.fipctl.cli.tools;

import io.fipctl.cli.session.Session;
import io.fipctl.model.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fipctl completion bash|zsh|fish}. */
@Command(
    name = "completion",
    description = "Print the completion script of a shell.",
    footer = {
      "",
      "Pods, held addresses, namespaces and contexts are completed with what there is now. A cluster",
      "that does not answer within 600ms, or FIPCTL_COMPLETION_TIMEOUT, is not waited for.",
      "",
      "Examples:",
      "  source <(fipctl completion bash)      # in ~/.bashrc",
      "  source <(fipctl completion zsh)       # in ~/.zshrc, behind compinit",
      "  fipctl completion fish > ~/.config/fish/completions/fipctl.fish"
    })
public final class CompletionCommand implements Callable<Integer> {
  @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
  CompletionScript shell;

  @Spec CommandSpec spec;

  private final Session session;

  public CompletionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.console().data(shell.text(CompletionModel.of(spec.root().commandLine())));
    return ExitCode.OK.number();
  }
}
