using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orleans.Runtime;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Tenants;
using SaliencyCluster.Grains.Jobs;
using SaliencyCluster.Grains.Tenants;
using SaliencyCluster.Grains.Work;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.QueueSimulation;

/// <summary>Makes ended jobs: one really ends, the others are rows like its own.</summary>
internal sealed class History(HistoryHost host, string folder, ExplanationRequest request)
{
    public const string Model = "mnist-cnn";
    private const int PageSize = 200;

    public async Task MakeAsync(int count)
    {
        await RegisterAsync();
        var template = await TemplateAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => await StoreJobAsync(template, i));
        var pages = Enumerable.Range(0, (count + PageSize - 1) / PageSize).ToArray();
        foreach (var page in pages)
        {
            var ids = Enumerable.Range(page * PageSize, Math.Min(PageSize, count - (page * PageSize))).Select(Id);
            await WriteAsync("saliency.job-index-page", $"{GrainKeys.DefaultTenant}/{page}", "page", new JobIndexPageRecord { Ids = [.. ids] });
        }
        await WriteAsync("saliency.job-index", GrainKeys.DefaultTenant, "index", new JobIndexRecord { LastPage = pages.Length - 1, Pages = pages });
        await host.Grains.GetGrain<ITenantListGrain>(GrainKeys.Single).AddAsync(GrainKeys.DefaultTenant);
    }

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"ended-{number}");

    private async Task RegisterAsync()
    {
        var bytes = await File.ReadAllBytesAsync(Repo.Model(Model));
        await host.Grains.GetGrain<IModelIndexGrain>(GrainKeys.DefaultTenant).RegisterAsync(
            new(Model, await host.Blobs.WriteAsync(bytes), bytes.Length, ModelPreprocessing.Default, [], ModelSummary.Of(ModelReader.Read(bytes, Model))));
    }

    private async Task<JobRecord> TemplateAsync()
    {
        // Not one of the tenant that is measured.
        const string Tenant = "template";
        var bytes = await File.ReadAllBytesAsync(Repo.Model(Model));
        await host.Grains.GetGrain<IModelIndexGrain>(Tenant).RegisterAsync(
            new(Model, await host.Blobs.WriteAsync(bytes), bytes.Length, ModelPreprocessing.Default, [], ModelSummary.Of(ModelReader.Read(bytes, Model))));
        var list = await new ManifestWriter(host.Blobs).StoreOneAsync(
            new("image", await host.Blobs.WriteAsync("template"u8.ToArray()), ImageFormat.Tensor));
        var job = host.Grains.GetGrain<IJobGrain>($"{Tenant}/job");
        var status = await job.SubmitAsync(new() { Model = Model, Request = request, Images = list });
        while (status.Active == 0) status = await job.WaitForChangeAsync(status.Version);
        var result = new StoredExplanation { Map = Blob("template map"), Shape = [1, 28, 28], Target = "3", Score = 1, Points = 1, Parameters = "{}", Seconds = 1, Workers = ["silo/cpu0"] };
        await host.Grains.GetGrain<IJobWorkGrain>($"{Tenant}/job").CompleteAsync(new(0, "image", ImageState.Done, result));
        var state = new GrainState<JobRecord>();
        await host.Storage.ReadStateAsync("job", GrainId.Create("saliency.job", $"{Tenant}/job"), state);
        return state.State is { HasEnded: true } ended ? ended : throw new InvalidOperationException("The template has not ended.");
    }

    private async Task StoreJobAsync(JobRecord template, int number)
    {
        var image = Blob($"image {number}");
        var list = Blob(JsonSerializer.Serialize<ManifestEntry[]>([new("image", image, ImageFormat.Tensor)]));
        var only = template.Only! with { Result = template.Only.Result! with { Map = Blob($"map {number}") } };
        await WriteAsync("saliency.job", $"{GrainKeys.DefaultTenant}/{Id(number)}", "job", template with
        {
            Submission = template.Submission! with { Images = new(list, 1) }, Only = only, Page = number / PageSize, Finished = DateTimeOffset.UtcNow - TimeSpan.FromHours(1),
        });
    }

    // As the store writes it, without waiting for the disk.
    private string Blob(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Directory.CreateDirectory(Path.Combine(folder, "blobs", hash[..2]));
        File.WriteAllBytes(Path.Combine(folder, "blobs", hash[..2], hash), bytes);
        return hash;
    }

    private Task WriteAsync<T>(string type, string key, string name, T state) where T : new() =>
        host.Storage.WriteStateAsync(name, GrainId.Create(type, key), new GrainState<T> { State = state });
}
