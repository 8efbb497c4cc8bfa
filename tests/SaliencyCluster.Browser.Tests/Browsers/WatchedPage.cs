using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Browser.Tests.Browsers;

/// <summary>A page that keeps what the browser complains of: errors of scripts, refusals by the content security policy, failed requests.</summary>
public sealed class WatchedPage : IAsyncDisposable
{
    /// <summary>Gets where pictures are kept.</summary>
    public static readonly string Screenshots = Directory.CreateDirectory(Path.Combine(Repo.Root, "artifacts", "screenshots")).FullName;
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();
    private readonly IBrowserContext _context;

    private WatchedPage(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    /// <summary>Gets the page.</summary>
    public IPage Page { get; }

    /// <summary>Gets the complaints; a test that expects some removes them.</summary>
    public List<string> Complaints { get; } = [];

    public static async Task<WatchedPage> OpenAsync(IBrowserContext context)
    {
        var watched = new WatchedPage(context, await context.NewPageAsync());
        watched.Page.Console += (_, message) => watched.Note(message.Type is "error" or "warning", $"console: {message.Text}");
        watched.Page.PageError += (_, error) => watched.Note(true, $"script: {error}");
        watched.Page.Response += (_, response) => watched.Note(response.Status >= 400, $"{response.Status} {response.Url}");
        return watched;
    }

    /// <summary>Goes to an address and waits until its page is there.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(path);
        await Page.Locator("h1").WaitForAsync();
        await Assertions.Expect(Page.Locator(".starting")).ToHaveCountAsync(0);
    }

    /// <summary>Fails on whatever a person with a screen reader, a keyboard or weak eyes could not use.</summary>
    public async Task AssertAccessibleAsync()
    {
        if (!await Page.EvaluateAsync<bool>("'axe' in window")) await Page.EvaluateAsync(Axe);
        // Every rule, but nothing written of what they found to be right: that is most of the work and of what would be sent.
        var violations = await Page.EvaluateAsync<string[]>("""
            async () => (await axe.run(document, { resultTypes: ["violations"], elementRef: false })).violations
              .filter(v => v.impact === "serious" || v.impact === "critical")
              .flatMap(v => v.nodes.map(n => `${v.id}: ${v.help}: ${n.html}`))
            """);
        Assert.True(violations.Length == 0, string.Join('\n', violations));
    }

    /// <summary>Fails when the page must be moved sideways to be read.</summary>
    public async Task AssertFitsAsync() => Assert.Equal(0, await Page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));

    /// <summary>Keeps a picture of the page among the test's output.</summary>
    public Task KeepPictureAsync(string name) => Page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots, name + ".png"), FullPage = true });

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.Equal([], Complaints);
    }

    private void Note(bool isComplaint, string text)
    {
        if (isComplaint) Complaints.Add(text);
    }
}
