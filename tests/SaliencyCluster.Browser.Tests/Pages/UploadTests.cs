using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;
using SaliencyCluster.Protocol.V1;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Pages;

/// <summary>Any number of images goes from the page into a job: they do not cross the connection that keeps the page alive.</summary>
public sealed class UploadTests(ServeProcess server, Chromium chromium)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    [InlineData(1000)]
    [InlineData(5000)]
    public async Task Any_number_of_images_becomes_one_job(int count)
    {
        await using var watched = await chromium.OpenAsync(server.Http, width: 1440);
        var page = watched.Page;
        await watched.GoAsync("/jobs");
        await DropManyAsync(page, "#images", count);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Explain {count:#,0} images" })).ToBeVisibleAsync();
        await ChooseAsync(page, "gradient");
        if (count == 300) await watched.KeepPictureAsync("jobs-chosen-1440");
        await page.EvaluateAsync("""
            () => new MutationObserver(all => all.forEach(m => (window.sent ??= []).push(Number(m.target.ariaValueNow))))
              .observe(document.body, { subtree: true, attributeFilter: ["aria-valuenow"] })
            """);
        var job = await SubmitAsync(page);
        if (count == 5000) Assert.Contains(await page.EvaluateAsync<int[]>("window.sent"), share => share is > 0 and < 100);
        Assert.Equal((count, "gradient"), (job.Images, job.Options.Method));
        var last = await server.Client.Images.ListAsync(job.JobId, count - 1, 1, Cancellation);
        Assert.Equal($"bear-{new string('n', 60)}-{count - 1:00000}", last.Images.Single().Name);
        await server.Client.Jobs.CancelAsync(job.JobId, Cancellation);
    }

    [Fact]
    public async Task Sending_is_stopped_and_begun_again()
    {
        await using var watched = await chromium.OpenAsync(server.Http, width: 390, dark: true);
        var page = watched.Page;
        await watched.GoAsync("/jobs");
        await DropManyAsync(page, "#images", 4);
        await ChooseAsync(page, "gradient");
        // Neither sent nor refused: as on a line that stands still.
        await page.RouteAsync("**/files/jobs", _ => { });
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit job" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Progressbar, new() { Name = "Sent" })).ToBeVisibleAsync();
        await watched.AssertFitsAsync();
        await watched.AssertAccessibleAsync();
        await watched.KeepPictureAsync("jobs-sending-390");
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop sending" }).ClickAsync();
        await Expect(page.Locator(".note.bad")).ToContainTextAsync("The sending was stopped");
        await page.UnrouteAllAsync();
        Assert.Equal(4, (await SubmitAsync(page)).Images);
    }

    [Fact]
    public async Task Three_hundred_images_can_be_chosen_to_check_maps_on()
    {
        await using var watched = await chromium.OpenAsync(server.Http, width: 390);
        var page = watched.Page;
        await watched.GoAsync("/evidence");
        await DropManyAsync(page, "#evidence-images", 300);
        await Expect(page.GetByText("300 images")).ToBeVisibleAsync();
        await watched.AssertFitsAsync();
        await watched.AssertAccessibleAsync();
        await watched.KeepPictureAsync("evidence-chosen-390");
        await page.GetByLabel("Methods").FillAsync("gradient");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the evaluation" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/evidence/evaluation-[0-9a-f]+$"));
        var evaluation = await server.Client.Evaluations.GetAsync(page.Url[(page.Url.LastIndexOf('/') + 1)..], Cancellation);
        Assert.Equal(300, evaluation.Images);
        await server.Client.Evaluations.CancelAsync(evaluation.EvaluationId, Cancellation);
    }

    [Fact]
    public async Task A_folder_is_sent_with_its_folders_and_without_what_is_no_image()
    {
        var folder = Directory.CreateTempSubdirectory("saliency-upload-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "north"));
            foreach (var name in new[] { "b.png", "a.png", "north/a.png" }) File.Copy(ServeProcess.Bears[0], Path.Combine(folder, name));
            await File.WriteAllTextAsync(Path.Combine(folder, "notes.txt"), "no image", Cancellation);
            await File.WriteAllBytesAsync(Path.Combine(folder, "torn.png"), new byte[64], Cancellation);
            await using var watched = await chromium.OpenAsync(server.Http, width: 390);
            var page = watched.Page;
            await watched.GoAsync("/jobs");
            await page.Locator("#images-folder").SetInputFilesAsync(folder);
            await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("no PNG, JPEG");
            await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("torn.png");
            await watched.AssertFitsAsync();
            await watched.AssertAccessibleAsync();
            await watched.KeepPictureAsync("jobs-folder-390");
            await ChooseAsync(page, "gradient");
            var job = await SubmitAsync(page);
            var images = await server.Client.Images.ListAsync(job.JobId, cancellation: Cancellation);
            Assert.Equal(["a", "b", "north-a"], images.Images.Select(i => i.Name));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task What_is_wrong_is_told_before_anything_is_sent_and_the_choice_stays()
    {
        await using var watched = await chromium.OpenAsync(server.Http);
        var page = watched.Page;
        var sent = 0;
        page.Request += (_, request) => sent += request.Url.EndsWith("/files/jobs", StringComparison.Ordinal) ? 1 : 0;
        await watched.GoAsync("/jobs");
        await DropManyAsync(page, "#images", 12);
        await ChooseAsync(page, "integrated-gradients");
        await page.GetByLabel("Steps").FillAsync("0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit job" }).ClickAsync();
        await Expect(page.Locator(".note.bad")).ToContainTextAsync("steps");
        Assert.Equal(0, sent);
        await page.GetByLabel("Steps").FillAsync("4");
        var job = await SubmitAsync(page);
        Assert.Equal((12, 4u, 1), (job.Images, job.Options.Steps, sent));
    }

    private async Task<Job> SubmitAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit job" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/jobs/job-[0-9a-f]+$"), new() { Timeout = 180_000 });
        return await server.Client.Jobs.GetAsync(page.Url[(page.Url.LastIndexOf('/') + 1)..], Cancellation);
    }

    private static async Task ChooseAsync(IPage page, string method)
    {
        await page.Locator("#submit #model").SelectOptionAsync("bears-clean");
        await Expect(page.Locator("#submit option[value='panda']")).ToHaveCountAsync(1);
        await page.Locator("#method").SelectOptionAsync(method);
        if (method == "integrated-gradients") await Expect(page.GetByLabel("Steps")).ToBeVisibleAsync();
    }

    // Files of their own, made in the browser; their bytes are those of one bear.
    private static async Task DropManyAsync(IPage page, string field, int count)
    {
        var content = Convert.ToBase64String(await File.ReadAllBytesAsync(ServeProcess.Bears[0], Cancellation));
        await page.Locator(field).EvaluateAsync("""
            (input, [content, count]) => {
              const bytes = Uint8Array.from(atob(content), c => c.charCodeAt(0)), dropped = new DataTransfer();
              for (let i = 0; i < count; i++)
                dropped.items.add(new File([bytes], `bear-${"n".repeat(60)}-${String(i).padStart(5, "0")}.png`, { type: "image/png" }));
              input.files = dropped.files;
              input.dispatchEvent(new Event("change", { bubbles: true }));
            }
            """, new object[] { content, count });
    }
}
