using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Images;
using SaliencyCluster.TestKit;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Pages;

/// <summary>A gateway that stands still, ends, and is started again, with pages open.</summary>
public sealed class ConnectionTests(Chromium chromium) : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("saliency-connection-").FullName;
    private Serving _serve = null!;

    public async ValueTask InitializeAsync()
    {
        // Without worker processes: they take a gateway that stands still for dead, and then it ends as soon as it goes on.
        _serve = await Serving.StartAsync(_data, workers: null);
        using var client = new SaliencyClient(_serve.Grpc);
        await using var file = File.OpenRead(Repo.Model("bears-clean"));
        await client.Models.AddAsync("bears-clean", file);
        var images = ServeProcess.Bears.Take(1).Select(f => ImageInput.FromFile(f)).ToAsyncEnumerable();
        await client.Jobs.SubmitAsync("bears-clean", new() { Method = "gradient" }, images, "one-bear");
        await client.Jobs.WatchAsync("one-bear").LastAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _serve.StopAsync("KILL");
        Directory.Delete(_data, recursive: true);
    }

    [Theory]
    [InlineData("/jobs/one-bear/images/0")]
    [InlineData("/")]
    public async Task A_page_says_that_nobody_answers_stays_usable_and_finds_the_gateway_that_was_started_again(string path)
    {
        await using var watched = await chromium.OpenAsync(_serve.Http, width: path == "/" ? 390 : 1440, dark: path == "/");
        try
        {
            await LoseAndFindAsync(watched, path);
        }
        finally
        {
            // The browser complains of every request that finds nobody.
            watched.Complaints.Clear();
        }
    }

    private async Task LoseAndFindAsync(WatchedPage watched, string path)
    {
        var page = watched.Page;
        await watched.GoAsync(path);
        await Expect(page.Locator(".live-state")).ToHaveTextAsync("live");
        if (path != "/")
        {
            await page.Locator("[data-loaded='true']").WaitForAsync();
            await ZoomAsync(page);
        }
        // Told within five seconds, tried at most every five.
        Assert.InRange(await page.EvaluateAsync<int>("saliencyConnection.every + saliencyConnection.patience"), 1, 5000);
        Assert.InRange(await page.EvaluateAsync<int>("saliencyConnection.retry"), 1, 5000);

        await _serve.SignalAsync("STOP");
        await ExpectLostAsync(page);
        await AssertUsableAsync(watched, path);
        await _serve.SignalAsync("CONT");
        await ExpectLiveAsync(page);

        await _serve.StopAsync("KILL");
        await ExpectLostAsync(page);
        await AssertUsableAsync(watched, path);
        _serve = await Serving.StartAsync(_data, workers: null, _serve);
        await ExpectLiveAsync(page);
        await Expect(page.Locator("h1")).ToBeVisibleAsync();
        await Expect(page.GetByText("This did not work")).ToHaveCountAsync(0);
    }

    private static async Task ExpectLostAsync(IPage page)
    {
        await Expect(page.Locator("#lost")).ToBeVisibleAsync();
        await Expect(page.Locator("#lost")).ToContainTextAsync("Not connected to the gateway");
        await Expect(page.Locator(".live-state")).ToBeHiddenAsync();
        await Expect(page.Locator(".lost-state")).ToHaveTextAsync("not connected");
    }

    private static async Task ExpectLiveAsync(IPage page)
    {
        await Expect(page.Locator("#lost")).ToBeHiddenAsync();
        await Expect(page.Locator(".live-state")).ToHaveTextAsync("live");
        await Expect(page.Locator(".live-state")).ToBeVisibleAsync();
    }

    // Nothing lies over the page, and what needs no gateway goes on.
    private static async Task AssertUsableAsync(WatchedPage watched, string path)
    {
        var page = watched.Page;
        await Expect(page.Locator("h1")).ToBeVisibleAsync();
        await Expect(page.Locator("#components-reconnect-modal:visible")).ToHaveCountAsync(0);
        await watched.AssertFitsAsync();
        await watched.AssertAccessibleAsync();
        if (path == "/")
        {
            await watched.KeepPictureAsync("overview-lost-390");
            return;
        }
        await ZoomAsync(page);
        await watched.KeepPictureAsync("image-lost-1440");
    }

    private static async Task ZoomAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Zoom in" }).ClickAsync();
        await Expect(page.Locator(".zoom")).ToContainTextAsync("1.5 × fit");
        await page.GetByRole(AriaRole.Button, new() { Name = "fit" }).ClickAsync();
        await Expect(page.Locator(".zoom")).Not.ToContainTextAsync("×");
    }
}
