using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(SaliencyCluster.Browser.Tests.Browsers.Chromium))]

namespace SaliencyCluster.Browser.Tests.Browsers;

/// <summary>Debian's Chromium without a screen; one for all tests, each in a context of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    // What a page does not need and every new window would start: Chromium's own tab search is a page of its own, and heavier than
    // those under test. The switch replaces Playwright's, so the ones of its list that matter here are said again.
    private const string Unneeded = "PreloadTopChromeWebUI,DestroyProfileOnBrowserClose,HttpsUpgrades,MediaRouter,OptimizationHints,PaintHolding,Translate";

    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        // What is awaited is often computed by a cluster that shares two cores with the browser; it costs time only where a test fails.
        Assertions.SetDefaultExpectTimeout(60_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1", "--disable-features=" + Unneeded],
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    /// <summary>Opens an empty page.</summary>
    /// <param name="site">Where its addresses start.</param>
    /// <param name="width">1280 for a desk, 390 for a phone.</param>
    /// <param name="dark">Whether the system asks for dark pages.</param>
    public async Task<WatchedPage> OpenAsync(Uri site, int width = 1280, bool dark = false)
    {
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = site.ToString(),
            ViewportSize = new() { Width = width, Height = width > 600 ? 860 : 844 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout(60_000);
        return await WatchedPage.OpenAsync(context);
    }
}
