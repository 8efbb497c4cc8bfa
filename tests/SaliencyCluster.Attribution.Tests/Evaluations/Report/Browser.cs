using System.Diagnostics;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Report;

/// <summary>Opens a file in headless Chromium (Debian's, see tests/install).</summary>
internal static class Browser
{
    private static readonly string[] Quiet =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--enable-logging=stderr", "--v=0",
    ];

    /// <summary>Runs the browser to its end and returns what the page wrote to its console.</summary>
    public static async Task<IReadOnlyList<string>> ConsoleOf(string page, params string[] arguments)
    {
        var profile = Directory.CreateTempSubdirectory("saliency-browser");
        try
        {
            var start = new ProcessStartInfo("chromium", [.. Quiet, $"--user-data-dir={profile.FullName}", .. arguments, new Uri(page).AbsoluteUri])
            {
                RedirectStandardError = true, RedirectStandardOutput = true,
            };
            using var browser = Process.Start(start)!;
            var output = browser.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var log = await browser.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await output;
            await browser.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, browser.ExitCode);
            return [.. log.Split('\n').Where(line => line.Contains("CONSOLE", StringComparison.Ordinal))];
        }
        finally
        {
            profile.Delete(recursive: true);
        }
    }
}
