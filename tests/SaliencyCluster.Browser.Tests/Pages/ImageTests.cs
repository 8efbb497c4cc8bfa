using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Imaging;
using SaliencyCluster.Protocol.V1;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Pages;

/// <summary>The image beside its maps.</summary>
public sealed class ImageTests(ServeProcess server, Chromium chromium)
{
    private const string Address = "/jobs/three-bears/images/0";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sliders_change_what_is_drawn_and_are_kept_in_the_address()
    {
        await using var watched = await OpenAsync(Address);
        var page = watched.Page;
        var before = await PixelsAsync(page, "job");
        await page.GetByLabel("Threshold").FillAsync("60");
        await Expect(page).ToHaveURLAsync(new Regex("threshold=60"));
        var after = await PixelsAsync(page, "job");
        Assert.NotEqual(before, after);
        await page.GetByLabel("Opacity").FillAsync("0");
        await Expect(page).ToHaveURLAsync(new Regex("opacity=0"));
        var bare = await PixelsAsync(page, "job");
        Assert.NotEqual(after, bare);
        await page.GetByRole(AriaRole.Button, new() { Name = "alone" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("view=map"));
        Assert.NotEqual(bare, await PixelsAsync(page, "job"));
    }

    [Fact]
    public async Task The_address_alone_brings_the_same_view_back()
    {
        await using var watched = await OpenAsync(Address + "?threshold=35&opacity=50&view=map&methods=grad-cam");
        var page = watched.Page;
        await Expect(page.GetByLabel("Threshold")).ToHaveValueAsync("35");
        await Expect(page.GetByLabel("Opacity")).ToHaveValueAsync("50");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "alone" })).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Locator("[data-panel='grad-cam']")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Values_under_the_pointer_are_those_of_the_map_and_zoom_keeps_them()
    {
        await using var watched = await OpenAsync(Address);
        var page = watched.Page;
        var answer = (await server.Client.Images.ReadResultAsync(server.DoneJob, 0, cancellation: Cancellation))!;
        var canvas = page.Locator("[data-panel='job']");
        await canvas.HoverAsync(new() { Position = await Spot.OfPixelAsync(canvas, 20, 40, 64) });
        var size = 64 * 64;
        var at = 40 * 64 + 20;
        var value = answer.Map!.Values[at] + answer.Map.Values[at + size] + answer.Map.Values[at + 2 * size];
        await Expect(page.Locator(".readout")).ToContainTextAsync("x 20, y 40");
        var text = await page.Locator("[data-name='integrated-gradients'] .value").InnerTextAsync();
        var shown = double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(value, shown, Math.Abs(value) * 1e-3 + 1e-9);
        await canvas.FocusAsync();
        await page.Keyboard.PressAsync("+");
        await Expect(page.Locator(".zoom")).ToContainTextAsync("1.5 × fit");
        await page.GetByRole(AriaRole.Button, new() { Name = "fit" }).ClickAsync();
        await Expect(page.Locator(".zoom")).ToHaveTextAsync("fit");
    }

    [Fact]
    public async Task Maps_are_saved_as_npy_with_all_channels_and_as_png()
    {
        await using var watched = await OpenAsync(Address);
        var page = watched.Page;
        var answer = (await server.Client.Images.ReadResultAsync(server.DoneJob, 0, cancellation: Cancellation))!;
        var npy = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Save .npy" }).ClickAsync());
        var map = NpyFile.ReadFile(await npy.PathAsync());
        Assert.Equal([3, 64, 64], map.Shape);
        Assert.Equal(answer.Map!.Values, map.Data);
        var png = await page.RunAndWaitForDownloadAsync(() => page.Locator("[data-save='job']").ClickAsync());
        var picture = PictureDecoder.Decode(await File.ReadAllBytesAsync(await png.PathAsync(), Cancellation), "saved");
        Assert.Equal((512, 512), (picture.Width, picture.Height));
    }

    [Fact]
    public async Task Another_method_is_computed_beside_it_and_says_how_good_its_map_is_on_the_way()
    {
        await using var watched = await OpenAsync(Address);
        var page = watched.Page;
        await page.GetByLabel("Compare with").SelectOptionAsync("smoothgrad");
        var panel = page.GetByRole(AriaRole.Region, new() { Name = "smoothgrad" });
        await Expect(panel.GetByText("Standard error")).ToBeVisibleAsync();
        await Expect(panel.GetByRole(AriaRole.Button, new() { Name = "Save .npy" })).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex("panels=job,smoothgrad"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Close smoothgrad" }).ClickAsync();
        await Expect(panel).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_next_picture_fits_and_says_so()
    {
        await using var watched = await OpenAsync(Address);
        var page = watched.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Zoom in" }).ClickAsync();
        await Expect(page.Locator(".zoom")).ToContainTextAsync("1.5 × fit");
        await page.GetByRole(AriaRole.Link, new() { Name = "Next" }).ClickAsync();
        await Expect(page.GetByText("image 2 of 3")).ToBeVisibleAsync();
        await Expect(page.Locator(".zoom")).ToHaveTextAsync("fit");
        await Expect(page.Locator(".viewer.zoomed")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Looking_at_maps_writes_no_jobs_into_anybodys_list()
    {
        var before = await ListedAsync();
        for (var i = 0; i < 2; i++)
        {
            await using var watched = await OpenAsync(Address + "?methods=gradient,smoothgrad");
            await Expect(watched.Page.Locator("section[data-name]")).ToHaveCountAsync(3);
            await Expect(watched.Page.Locator(".stage.unfinished")).ToHaveCountAsync(0);
        }
        Assert.DoesNotContain((await ListedAsync()).Except(before), id => id.Split('-')[0] is "explain" or "view");
    }

    private async Task<List<string>> ListedAsync() =>
        await server.Client.Jobs.ListAsync(Cancellation).Select(j => j.JobId).ToListAsync(Cancellation);

    [Fact]
    public async Task A_map_that_is_not_there_says_so_on_the_picture()
    {
        var header = new JobHeader { Model = "bears-clean", Options = new() { Method = "gradient" }, Pool = "nobody-serves-it" };
        var images = new[] { ImageInput.FromFile(ServeProcess.Bears[0]) };
        var job = await server.Client.Jobs.SubmitAsync(header, images.ToAsyncEnumerable(), Cancellation);
        await using var watched = await chromium.OpenAsync(server.Http, width: 1440);
        var page = watched.Page;
        await watched.GoAsync($"/jobs/{job.JobId}/images/0");
        var panel = page.Locator("section[data-name='gradient']");
        await Expect(panel.Locator(".standing")).ToContainTextAsync("No map yet: No worker serves the pool");
        var (said, picture) = ((await panel.Locator(".standing").BoundingBoxAsync())!, (await panel.Locator("canvas[data-panel]").BoundingBoxAsync())!);
        Assert.InRange(said.Y, picture.Y, picture.Y + picture.Height - said.Height);
        await Expect(panel.Locator(".stage.unfinished")).ToHaveCountAsync(1);
        await page.Locator("[data-loaded='true']").WaitForAsync();
        await watched.KeepPictureAsync("image-unfinished-1440");
        await watched.AssertAccessibleAsync();
        await page.SetViewportSizeAsync(390, 844);
        await watched.AssertFitsAsync();
        await watched.KeepPictureAsync("image-unfinished-390");
        await server.Client.Jobs.CancelAsync(job.JobId, Cancellation);
    }

    private async Task<WatchedPage> OpenAsync(string address)
    {
        var watched = await chromium.OpenAsync(server.Http);
        await watched.GoAsync(address);
        await watched.Page.Locator("[data-loaded='true']").WaitForAsync();
        await Expect(watched.Page.GetByRole(AriaRole.Link, new() { Name = "Save .npy" })).ToBeVisibleAsync();
        await watched.Page.Locator(".viewer").EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        return watched;
    }

    // Sums of the picture's channels after the next drawing: equal pictures have equal ones.
    private static Task<string> PixelsAsync(IPage page, string panel) => page.Locator($"canvas[data-panel='{panel}']").EvaluateAsync<string>("""
        canvas => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
          const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data, sums = [0, 0, 0];
          for (let i = 0; i < data.length; i++) if (i % 4 < 3) sums[i % 4] += data[i];
          done(sums.join(" "));
        })))
        """);
}
