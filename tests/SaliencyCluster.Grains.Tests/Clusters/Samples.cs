using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>Models and images of the repository, in a cluster.</summary>
internal static class Samples
{
    public static async Task<ModelInfo> AddModelAsync(this ISampleCluster cluster, string name, string tenant = GrainKeys.DefaultTenant)
    {
        var bytes = await File.ReadAllBytesAsync(Repo.Model(name));
        var model = ModelReader.Read(bytes, name);
        return await cluster.Grains.GetGrain<IModelIndexGrain>(tenant).RegisterAsync(new(
            name, await cluster.Blobs.WriteAsync(bytes), bytes.Length, ModelPreprocessing.Default, [], ModelSummary.Of(model)));
    }

    /// <summary>Stores random images and returns their list; the same numbers give the same images.</summary>
    public static async Task<ManifestReference> AddImagesAsync(this IBlobStore blobs, int count, params int[] shape)
    {
        var writer = new ManifestWriter(blobs);
        for (var i = 0; i < count; i++)
        {
            var blob = await blobs.WriteAsync(NpyFile.Write(RandomImage(i, shape)));
            await writer.AddAsync(new($"image-{i}", blob, ImageFormat.Tensor));
        }
        return await writer.CompleteAsync();
    }

    public static Tensor RandomImage(int seed, params int[] shape)
    {
        var random = new Random(seed);
        var image = Tensor.Zeros(shape);
        for (var i = 0; i < image.Data.Length; i++) image.Data[i] = random.NextSingle();
        return image;
    }

    public static JobSubmission Job(string model, ManifestReference images, ExplanationRequest request) =>
        new() { Model = model, Request = request, Images = images };

    public static IJobGrain Job(this ISampleCluster cluster, string id, string tenant = GrainKeys.DefaultTenant) =>
        cluster.Grains.GetGrain<IJobGrain>(new JobKey(tenant, id).ToString());

    /// <summary>Waits for the end of a job by its versions.</summary>
    public static async Task<JobStatus> EndAsync(this IJobGrain job)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var status = await job.GetAsync();
        while (!status.IsFinal)
        {
            try
            {
                status = await job.WaitForChangeAsync(status.Version, deadline.Token);
            }
            catch (Exception error) when (Calls.Retry.IsTransient(error) && !deadline.IsCancellationRequested)
            {
                await Eventually.TrueAsync(async () => (await job.GetAsync()).Version >= 0, "the job can be reached again");
            }
        }
        return status;
    }
}
