using System.Diagnostics;

namespace SaliencyCluster.Architecture.Tests;

/// <summary>What becomes of a suite that hangs: it ends, and says where it stood.</summary>
public sealed class HungSuiteTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_test_that_hangs_fails_after_its_limit_with_its_name_and_what_it_waited_for()
    {
        using var suite = Start("HeedingTests", test: 2);
        var (exit, said) = await EndAsync(suite);
        Assert.True(exit == 1, said);
        Assert.Contains("It_waits_for_its_token is not done after its limit of 2 s", said, StringComparison.Ordinal);
        // The async method, which is on no thread's stack, with the one that waits for it.
        Assert.Matches(@"in SaliencyCluster\.HungSuite\.HeedingTests.*<NeverAsync>[^\n]*\n[^\n]*<It_waits_for_its_token>", said);
    }

    [Fact]
    public async Task A_fixture_that_hangs_ends_the_suite_after_the_limit_and_is_named()
    {
        using var suite = Start("FixtureTests", fixture: 2);
        var (exit, said) = await EndAsync(suite);
        Assert.True(exit == 3, said);
        Assert.Contains("no test has begun or ended for 2 s", said, StringComparison.Ordinal);
        Assert.Matches(@"in SaliencyCluster\.HungSuite\.FixtureTests.Server.*<InitializeAsync>", said);
    }

    [Fact]
    public async Task Stacks_are_printed_beside_async_methods_that_cannot_be_read()
    {
        using var suite = Start("HeapTests");
        var (exit, said) = await EndAsync(suite, "-QUIT");
        Assert.True(exit == 131, said);
        Assert.Contains("<It_waits_beside_boxes_that_cannot_be_read>", said, StringComparison.Ordinal);
        Assert.Matches(@"Thread \d+ \(OS \d+\):", said);
    }

    [Fact]
    public async Task SIGTERM_ends_a_suite_at_once()
    {
        using var suite = Start("HeedingTests");
        var (exit, said) = await EndAsync(suite, "-TERM");
        Assert.True(exit == 143, said);
        Assert.Contains("The tests end here: SIGTERM", said, StringComparison.Ordinal);
    }

    // A limit alone is short where it shall be reached: on a busy machine even the start of a suite takes seconds.
    private static Process Start(string tests, int test = 600, int fixture = 600)
    {
        var program = Path.Combine(Repository.Root, "tests", "SaliencyCluster.HungSuite", "bin", "Release", "net10.0", "SaliencyCluster.HungSuite.dll");
        // Whoever runs this suite in the background may have told it to ignore SIGQUIT, which is inherited.
        var info = new ProcessStartInfo("env", ["--default-signal=QUIT", "dotnet", program, "-noColor", "-noLogo", "-class", $"*.{tests}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        (info.Environment["SALIENCY_TEST_LIMIT"], info.Environment["SALIENCY_FIXTURE_LIMIT"]) = ($"{test}", $"{fixture}");
        return Process.Start(info)!;
    }

    /// <summary>Sends a signal once a test is under way, if one is given, and waits for the end.</summary>
    private static async Task<(int Exit, string Said)> EndAsync(Process suite, string? signal = null)
    {
        try
        {
            var output = suite.StandardOutput.ReadToEndAsync(Cancellation);
            var said = "";
            while (signal is not null && !said.Contains("under way", StringComparison.Ordinal))
                said += await suite.StandardError.ReadLineAsync(Cancellation) ?? throw new InvalidOperationException($"It ended before it was under way: {said}{await output}");
            if (signal is not null) using (var kill = Process.Start("kill", [signal, $"{suite.Id}"])) await kill.WaitForExitAsync(Cancellation);
            said += await suite.StandardError.ReadToEndAsync(Cancellation);
            said += await output;
            await suite.WaitForExitAsync(Cancellation);
            return (suite.ExitCode, said);
        }
        finally
        {
            if (!suite.HasExited) suite.Kill(entireProcessTree: true);
        }
    }
}
