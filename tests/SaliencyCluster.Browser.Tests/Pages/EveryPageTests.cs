using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;

namespace SaliencyCluster.Browser.Tests.Pages;

/// <summary>What holds for every page: usable by anybody, nothing to complain of for the browser, no sideways scrolling on a phone.</summary>
public sealed class EveryPageTests(ServeProcess server, Chromium chromium)
{
    public static TheoryData<string, string> Pages => new()
    {
        { "overview", "/" },
        { "jobs", "/jobs" },
        { "job", "/jobs/three-bears" },
        { "image", "/jobs/three-bears/images/1?threshold=10" },
        { "workers", "/workers" },
        { "models", "/models" },
        { "model", "/models/bears-clean" },
        { "evidence", "/evidence" },
        { "not-found", "/nothing/here" },
    };

    [Theory, MemberData(nameof(Pages))]
    public async Task Page_is_accessible_in_light_and_dark_at_a_desk_and_on_a_phone(string name, string path)
    {
        await using var watched = await chromium.OpenAsync(server.Http, dark: true);
        await watched.GoAsync(path);
        foreach (var (scheme, theme) in new[] { (ColorScheme.Dark, "dark"), (ColorScheme.Light, "light") })
        {
            await watched.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await watched.Page.Locator($"html[data-theme='{theme}']").WaitForAsync();
            foreach (var (width, height) in new[] { (1280, 860), (390, 844) })
            {
                await watched.Page.SetViewportSizeAsync(width, height);
                await watched.AssertAccessibleAsync();
                await watched.AssertFitsAsync();
                await watched.KeepPictureAsync($"{name}-{width}-{theme}");
            }
        }
        if (name != "not-found") return;
        // The browser complains of the page itself, once, and writes it to its console.
        Assert.Single(watched.Complaints, c => c == $"404 {watched.Page.Url}");
        watched.Complaints.RemoveAll(c => c.Contains("404", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_loaded_from_another_host_and_the_policy_allows_no_inline_script()
    {
        await using var watched = await chromium.OpenAsync(server.Http);
        var hosts = new HashSet<string>();
        watched.Page.Request += (_, request) => hosts.Add(new Uri(request.Url).Authority);
        var response = (await watched.Page.GotoAsync("/"))!;
        await watched.Page.Locator("#rate").WaitForAsync();
        Assert.Equal([server.Http.Authority], hosts);
        var policy = response.Headers["content-security-policy"];
        Assert.Contains("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("font-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers["x-content-type-options"]);
    }
}
