using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Pages;

/// <summary>What stands around the maps: classes, other models, evidence.</summary>
public sealed class ClassTests(ServeProcess server, Chromium chromium)
{
    private const string Address = "/jobs/three-bears/images/0";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_class_is_explained_beside_the_first_and_no_job_is_written()
    {
        var before = await ListedAsync();
        await using var watched = await OpenAsync(Address);
        var page = watched.Page;
        var classes = page.GetByRole(AriaRole.Region, new() { Name = "Classes" });
        await Expect(classes.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(8);
        var answer = (await server.Client.Images.ReadResultAsync(server.DoneJob, 0, map: false, Cancellation))!.Result;
        // The class that the job explains is the best of them.
        await Expect(classes.GetByRole(AriaRole.Listitem).First).ToContainTextAsync($"{answer.Label} ({answer.Target})");
        await Expect(classes.GetByRole(AriaRole.Listitem).First).ToContainTextAsync("explained");
        await classes.GetByRole(AriaRole.Button, new() { Name = "Explain fox (3) with integrated-gradients" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("panels=job,integrated-gradients~3"));
        var panel = page.Locator("section[data-name='integrated-gradients · class 3']");
        await Expect(panel).ToContainTextAsync("fox (3), score");
        // With the steps of the job, so that both maps can be compared.
        await Expect(panel).ToContainTextAsync("16 in");
        await watched.KeepPictureAsync("viewer-classes-1440");
        await watched.AssertAccessibleAsync();
        await page.SetViewportSizeAsync(390, 844);
        await watched.AssertFitsAsync();
        await watched.AssertAccessibleAsync();
        await watched.KeepPictureAsync("viewer-classes-390");
        Assert.DoesNotContain((await ListedAsync()).Except(before), id => id.Split('-')[0] is "explain" or "view");
    }

    [Fact]
    public async Task Another_model_of_the_same_input_is_asked_for_the_same_image()
    {
        await server.CompareAsync();
        await using var watched = await OpenAsync(Address);
        var page = watched.Page;
        await page.GetByLabel("of the model").SelectOptionAsync("bears-again:1");
        await page.GetByLabel("Compare with").SelectOptionAsync("grad-cam@bears-again:1");
        var panel = page.Locator("section[data-name='grad-cam · bears-again:1']");
        await Expect(panel.GetByRole(AriaRole.Button, new() { Name = "Save .npy" })).ToBeVisibleAsync();
        await Expect(panel).ToHaveAttributeAsync("data-caption", new Regex("^grad-cam, bears-again:1, .* score "));
        await Expect(page).ToHaveURLAsync(new Regex("panels=job,grad-cam@bears-again:1"));
        await Expect(panel).ToContainTextAsync("No evaluation of this method on this model yet. Start one");
    }

    private async Task<WatchedPage> OpenAsync(string address)
    {
        var watched = await chromium.OpenAsync(server.Http, width: 1440);
        await watched.GoAsync(address);
        await watched.Page.Locator("[data-loaded='true']").WaitForAsync();
        return watched;
    }

    private async Task<List<string>> ListedAsync() =>
        await server.Client.Jobs.ListAsync(Cancellation).Select(j => j.JobId).ToListAsync(Cancellation);
}
