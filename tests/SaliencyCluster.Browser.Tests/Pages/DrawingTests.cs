using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Protocol.V1;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Pages;

/// <summary>The page of images that a job of <c>maximize</c> draws.</summary>
public sealed class DrawingTests(ServeProcess server, Chromium chromium)
{
    private const string Ascent = "range=-2:2,start=3,tv=50";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_slider_moves_the_images_of_all_restarts_with_mouse_keys_and_by_itself()
    {
        var job = await DrawAsync("drawn-bears", 3, steps: 60);
        await server.Client.Jobs.WatchAsync(job, Cancellation).LastAsync(Cancellation);
        await using var watched = await chromium.OpenAsync(server.Http);
        var page = watched.Page;
        await watched.GoAsync($"/jobs/{job}/images/1");
        await Expect(page.Locator("[data-caption]")).ToHaveCountAsync(3);
        var result = (await server.Client.Images.ReadResultAsync(job, 1, cancellation: Cancellation))!.Result;
        var caption = page.Locator("[data-caption='1']");
        await Expect(caption).ToContainTextAsync("step 60: ");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Restart 2" })).ToHaveAttributeAsync("aria-current", "true");
        await Expect(page.GetByText("The picture is not unique.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Restart 2" })).ToContainTextAsync("polar bear (0)");
        await Expect(page.Locator(".trace .line")).ToHaveCountAsync(3);
        Assert.Equal(12, result.FrameScores.Count);
        var end = await PixelsAsync(page, 1);
        await page.GetByLabel("Images on the way").FillAsync("0");
        await Expect(caption).ToContainTextAsync("step 0: ");
        Assert.NotEqual(end, await PixelsAsync(page, 1));
        await page.Locator("canvas[data-restart='1']").FocusAsync();
        await page.Keyboard.PressAsync("End");
        await Expect(caption).ToContainTextAsync("step 60: ");
        Assert.Equal(end, await PixelsAsync(page, 1));
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(caption).Not.ToContainTextAsync("step 60: ");
        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync(" ");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToBeVisibleAsync();
        await Expect(caption).ToContainTextAsync("step 60: ", new() { Timeout = 20000 });
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Play" })).ToBeVisibleAsync();
        await watched.AssertAccessibleAsync();
        await watched.KeepPictureAsync("drawing");
        await page.SetViewportSizeAsync(390, 844);
        await watched.AssertFitsAsync();
        await watched.KeepPictureAsync("drawing-390");
        // The list of the job's images shows what was drawn.
        await watched.GoAsync($"/jobs/{job}");
        await Expect(page.Locator("#images-of-job a.maps img")).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task Images_so_far_are_shown_while_they_are_drawn()
    {
        var job = await DrawAsync("bears-being-drawn", 1, steps: 1000);
        await using var watched = await chromium.OpenAsync(server.Http);
        var page = watched.Page;
        await watched.GoAsync($"/jobs/{job}/images/0");
        await Expect(page.Locator("[data-caption='0']")).ToHaveTextAsync("so far", new() { Timeout = 60000 });
        Assert.Equal(64, await page.Locator("canvas[data-restart='0']").EvaluateAsync<int>("canvas => canvas.width"));
        await Expect(page.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
        await server.Client.Jobs.CancelAsync(job, Cancellation);
    }

    private async Task<string> DrawAsync(string id, int restarts, uint steps)
    {
        var images = Enumerable.Range(1, restarts).Select(i => ImageInput.FromTensor($"restart-{i}", [3, 64, 64], new float[3 * 64 * 64]));
        var options = new ExplanationOptions { Method = "maximize", Target = "0", Steps = steps, Ascent = Ascent };
        var job = await server.Client.Jobs.SubmitAsync("bears-clean", options, images.ToAsyncEnumerable(), id, cancellation: Cancellation);
        return job.JobId;
    }

    private static Task<string> PixelsAsync(IPage page, int restart) =>
        page.Locator($"canvas[data-restart='{restart}']").EvaluateAsync<string>("canvas => canvas.toDataURL()");
}
