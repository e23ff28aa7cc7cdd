class Lab2048 < Formula
  desc "EKS Fargate 2048 workshop lab in one command, and its removal"
  # @if HOMEPAGE
  homepage "@HOMEPAGE@"
  # @end
  version "@VERSION@"
  license "@LICENSE@"

  depends_on :linux

  on_linux do
    # @if SUM_X86_64
    on_intel do
      url "@URL@/lab2048-@VERSION@-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@SUM_X86_64@"
    end
    # @end
    # @if SUM_AARCH64
    on_arm do
      url "@URL@/lab2048-@VERSION@-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@SUM_AARCH64@"
    end
    # @end
  end

  def install
    bin.install "lab2048"
    man1.install Dir["man/man1/*.1"]
    bash_completion.install "completions/lab2048.bash" => "lab2048"
    zsh_completion.install "completions/_lab2048"
    fish_completion.install "completions/lab2048.fish"
  end

  test do
    assert_equal "lab2048 #{version}", shell_output("#{bin}/lab2048 --version").strip
    ENV["XDG_STATE_HOME"] = testpath
    assert_match %r{^http://\S+$}, shell_output("#{bin}/lab2048 apply --set sandbox.speed=2000")
  end
end
