using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;
using SaliencyCluster.Imaging;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Pages;

/// <summary>Two maps as one picture, keys, neighbours, fingers, and what leaves the page as a file or on paper.</summary>
public sealed class PairTests(ServeProcess server, Chromium chromium)
{
    private const string Address = "/jobs/three-bears/images/0";

    [Fact]
    public async Task A_difference_is_that_of_both_maps_divided_by_their_greatest_magnitudes()
    {
        await using var watched = await OpenAsync("?panels=job,gradient-times-input&mode=difference&at=20,40");
        var page = watched.Page;
        var answer = (await server.Client.Images.ReadResultAsync(server.DoneJob, 0, cancellation: TestContext.Current.CancellationToken))!;
        var shown = await page.EvaluateAsync<Dictionary<string, string>>("""
            () => Object.fromEntries([...document.querySelectorAll("[data-panel-id]:not([data-panel-id='image'])")]
              .map(p => [p.dataset.panelId, p.querySelector(".value").textContent]))
            """);
        var values = answer.Map!.Values;
        var size = values.Length / 3;
        var greatest = Enumerable.Range(0, size).Max(i => Math.Abs(values[i] + values[i + size] + values[i + 2 * size]));
        var said = Regex.Match(await page.Locator(".sides-said").InnerTextAsync(), @"first: \+([0-9.e−-]+) and \+([0-9.e−-]+)\.");
        Assert.True(said.Success, await page.Locator(".sides-said").InnerTextAsync());
        Assert.Equal(greatest, Number(said.Groups[1].Value), greatest * 0.006);
        var difference = Number(shown["job"]) / greatest - Number(shown["gradient-times-input"]) / Number(said.Groups[2].Value);
        Assert.Equal(difference, Number(shown["pair"]), 0.01);
        await Expect(page.Locator("[data-panel-id='pair'] h2")).ToHaveTextAsync("integrated-gradients − gradient-times-input");
        await watched.KeepPictureAsync("viewer-difference-1440");
        await watched.AssertAccessibleAsync();
    }

    [Fact]
    public async Task A_swipe_bar_is_moved_by_pointer_and_by_keys()
    {
        await using var watched = await OpenAsync("?panels=job,grad-cam&view=map");
        var page = watched.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "swipe" }).ClickAsync();
        var bar = page.GetByRole(AriaRole.Slider, new() { Name = "Swipe bar" });
        await Expect(bar).ToHaveAttributeAsync("aria-valuenow", "50");
        var stage = (await page.Locator("canvas[data-panel='pair']").BoundingBoxAsync())!;
        await bar.HoverAsync();
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(stage.X + stage.Width * 0.25f, stage.Y + stage.Height / 2, new() { Steps = 3 });
        await page.Mouse.UpAsync();
        await Expect(bar).ToHaveAttributeAsync("aria-valuenow", "25");
        await bar.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(bar).ToHaveAttributeAsync("aria-valuenow", "27");
        await Expect(page).ToHaveURLAsync(new Regex("mode=swipe.*bar=2[67]"));
        // At its ends there is one map alone.
        await page.Keyboard.PressAsync("End");
        Assert.Equal(await PixelsAsync(page, "job"), await PixelsAsync(page, "pair"));
        await page.Keyboard.PressAsync("Home");
        Assert.Equal(await PixelsAsync(page, "grad-cam"), await PixelsAsync(page, "pair"));
        await watched.AssertAccessibleAsync();
    }

    [Fact]
    public async Task Blinking_waits_for_a_key_where_little_motion_is_wanted()
    {
        await using var watched = await OpenAsync("?panels=job,grad-cam&view=map");
        var page = watched.Page;
        await page.Locator("h1").FocusAsync();
        await page.Keyboard.PressAsync("b");
        var title = page.Locator("[data-panel-id='pair'] h2");
        await Expect(title).ToHaveTextAsync("integrated-gradients");
        Assert.Equal(await PixelsAsync(page, "job"), await PixelsAsync(page, "pair"));
        await page.Keyboard.PressAsync("x");
        await Expect(title).ToHaveTextAsync("grad-cam");
        Assert.Equal(await PixelsAsync(page, "grad-cam"), await PixelsAsync(page, "pair"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the other" }).ClickAsync();
        await Expect(title).ToHaveTextAsync("integrated-gradients");
        // Where motion is welcome it goes on by itself.
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.NoPreference });
        await page.Keyboard.PressAsync("b");
        await page.Keyboard.PressAsync("b");
        await Expect(title).ToHaveTextAsync("grad-cam");
        await Expect(title).ToHaveTextAsync("integrated-gradients");
    }

    [Fact]
    public async Task Keys_do_what_their_list_says()
    {
        await using var watched = await OpenAsync("?panels=job,grad-cam");
        var page = watched.Page;
        await page.Locator("h1").FocusAsync();
        await page.Keyboard.PressAsync("2");
        await Expect(page.Locator("section.panel:visible")).ToHaveCountAsync(1);
        await Expect(page.Locator("section[data-name='grad-cam']")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("section.panel:visible")).ToHaveCountAsync(3);
        await page.Keyboard.PressAsync("z");
        await Expect(page.Locator(".zoom")).ToContainTextAsync("fit");
        await page.Keyboard.PressAsync("t");
        await Expect(page.Locator("output[for='threshold']")).ToHaveTextAsync("top 50 %");
        await page.Keyboard.PressAsync("c");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Contour" })).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Keyboard.PressAsync("d");
        await Expect(page.Locator("section[data-panel-id='pair']")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("d");
        await Expect(page.Locator("section[data-panel-id='pair']")).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("f");
        await page.WaitForFunctionAsync("() => document.fullscreenElement !== null");
        await page.Keyboard.PressAsync("f");
        await page.Keyboard.PressAsync("?");
        var list = page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" });
        await Expect(list).ToContainTextAsync("Next and previous image");
        await watched.AssertAccessibleAsync();
        // Whoever speaks to the browser switches letters off.
        await list.GetByRole(AriaRole.Checkbox).UncheckAsync();
        await list.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.Locator("h1").FocusAsync();
        await page.Keyboard.PressAsync("n");
        await page.Keyboard.PressAsync("?");
        await list.GetByRole(AriaRole.Checkbox).CheckAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page).ToHaveURLAsync(new Regex("images/0"));
        await page.Locator("h1").FocusAsync();
        await page.Keyboard.PressAsync("n");
        await Expect(page).ToHaveURLAsync(new Regex(@"images/1\?panels=job,grad-cam&threshold=50&contour=1$"));
        await Expect(page.GetByText("image 2 of 3")).ToBeVisibleAsync();
        await page.Locator("[data-loaded='true']").WaitForAsync();
        await page.Keyboard.PressAsync("p");
        await Expect(page.GetByText("image 1 of 3")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_neighbours_of_an_image_are_a_click_away_and_shown_the_same_way()
    {
        await using var watched = await OpenAsync("?threshold=50");
        var page = watched.Page;
        var strip = page.GetByRole(AriaRole.Navigation, new() { Name = "Neighbouring images" });
        await Expect(strip.GetByRole(AriaRole.Link)).ToHaveCountAsync(3);
        await Expect(strip.Locator("[aria-current]")).ToHaveTextAsync("1");
        await strip.GetByRole(AriaRole.Link).Nth(2).ClickAsync();
        await Expect(page.GetByText("image 3 of 3")).ToBeVisibleAsync();
        await Expect(strip.Locator("[aria-current]")).ToHaveTextAsync("3");
        await Expect(page).ToHaveURLAsync(new Regex(@"images/2\?threshold=50$"));
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Next" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Two_fingers_make_a_picture_larger_where_they_are()
    {
        await using var watched = await OpenAsync("", width: 390);
        var page = watched.Page;
        var canvas = page.Locator("canvas[data-panel='job']");
        await canvas.ScrollIntoViewIfNeededAsync();
        var box = (await canvas.BoundingBoxAsync())!;
        var (x, y) = (box.X + box.Width / 2, box.Y + box.Height / 2);
        var browser = await page.Context.NewCDPSessionAsync(page);
        await browser.SendAsync("Emulation.setTouchEmulationEnabled", new() { ["enabled"] = true, ["maxTouchPoints"] = 2 });
        await TouchAsync("touchStart", 10);
        for (var apart = 15; apart <= 30; apart += 5) await TouchAsync("touchMove", apart);
        await TouchAsync("touchEnd", null);
        await Expect(page.Locator(".zoom")).ToContainTextAsync("3.0 × fit");
        await Expect(page).ToHaveURLAsync(new Regex("zoom=3&?"));

        Task TouchAsync(string type, int? apart) => browser.SendAsync("Input.dispatchTouchEvent", new()
        {
            ["type"] = type,
            ["touchPoints"] = apart is not { } by ? [] : new object[] { new { x = x - by, y, id = 0 }, new { x = x + by, y, id = 1 } },
        });
    }

    [Fact]
    public async Task The_view_is_saved_with_its_legends_and_printed_without_controls()
    {
        await using var watched = await OpenAsync("?panels=job,grad-cam&threshold=50&at=20,40", dark: true);
        var page = watched.Page;
        var save = page.GetByRole(AriaRole.Button, new() { Name = "Save view .png" });
        var file = await page.RunAndWaitForDownloadAsync(() => save.ClickAsync());
        Assert.Equal("bear-on-forest-maps.png", file.SuggestedFilename);
        var bytes = await File.ReadAllBytesAsync(await file.PathAsync(), TestContext.Current.CancellationToken);
        var picture = PictureDecoder.Decode(bytes, "saved");
        // Three panels side by side, with words above and below.
        Assert.True(picture.Width > 3 * 360 && picture.Height > 360 + 150, $"{picture.Width} x {picture.Height}");
        await file.SaveAsAsync(Path.Combine(WatchedPage.Screenshots, "viewer-saved.png"));
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        foreach (var hidden in new[] { ".rail", ".tools", ".filmstrip" }) await Expect(page.Locator(hidden)).ToBeHiddenAsync();
        await page.EvaluateAsync("dispatchEvent(new Event('beforeprint'))");
        await Expect(page.Locator(".printed")).ToContainTextAsync("bear-on-forest · image 1 of 3 of job three-bears");
        await Expect(page.Locator(".printed")).ToContainTextAsync("threshold=50");
        var printed = (await page.Locator("canvas[data-panel='job']").BoundingBoxAsync())!;
        Assert.True(printed.Height > 200, $"The picture is {printed.Height} pixels high on paper.");
        var paper = await page.Locator("body").EvaluateAsync<string>("body => getComputedStyle(body).backgroundColor");
        Assert.Equal("rgb(255, 255, 255)", paper);
        await watched.KeepPictureAsync("viewer-printed");
    }

    private async Task<WatchedPage> OpenAsync(string query, int width = 1440, bool dark = false)
    {
        var watched = await chromium.OpenAsync(server.Http, width, dark);
        await watched.GoAsync(Address + query);
        await watched.Page.Locator("[data-loaded='true']").WaitForAsync();
        await Expect(watched.Page.Locator(".stage.unfinished")).ToHaveCountAsync(0);
        return watched;
    }

    private static double Number(string text) =>
        double.Parse(text.Replace('−', '-'), System.Globalization.CultureInfo.InvariantCulture);

    // The picture after the next drawing; equal pictures have equal ones.
    private static Task<string> PixelsAsync(IPage page, string panel) =>
        page.Locator($"canvas[data-panel='{panel}']").EvaluateAsync<string>("""
        canvas => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
          const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data, sums = [0, 0, 0];
          for (let i = 0; i < data.length; i++) if (i % 4 < 3) sums[i % 4] += data[i];
          done(sums.join(" "));
        })))
        """);
}
