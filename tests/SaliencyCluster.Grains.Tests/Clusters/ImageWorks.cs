using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>What a job tells the aggregator of an image.</summary>
internal static class ImageWorks
{
    /// <summary>Makes the first try of an image of digits.</summary>
    public static async Task<ImageWork> OfDigitAsync(ExplanationRequest request, string blob)
    {
        var model = ModelReader.Read(await File.ReadAllBytesAsync(Repo.Model("mnist-cnn"), Test.Token), "mnist-cnn");
        return new()
        {
            Request = RequestResolver.Resolve(request, ModelSummary.Of(model), []),
            Preprocessing = ModelPreprocessing.Default,
            Name = "image",
            Blob = blob,
            Format = ImageFormat.Tensor,
            Baselines = [],
            Pool = GrainKeys.DefaultPool,
            Priority = JobPriority.Batch,
            Weight = 1,
            Try = 1,
        };
    }
}
