using System.Globalization;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>Reads outcomes of a job from its pages; images without one are pending, with their name from the image list.</summary>
internal sealed class OutcomeReader(IGrainFactory grains, JobKey job, ManifestReader images)
{
    public static IOutcomePageGrain Page(IGrainFactory grains, JobKey job, int page) =>
        grains.GetGrain<IOutcomePageGrain>(string.Create(CultureInfo.InvariantCulture, $"{job}/{page}"));

    /// <summary>Gets the stored outcome of an image; null where there is none.</summary>
    public static async Task<ImageOutcome?> StoredAsync(IGrainFactory grains, ImageKey image)
    {
        try
        {
            return (await grains.GetGrain<IJobGrain>(image.Job.ToString()).ReadImagesAsync(image.Index, 1)).FirstOrDefault(o => o.State != ImageState.Pending);
        }
        catch (SaliencyException missing) when (missing.Code == "SAL3002")
        {
            return null;
        }
    }

    /// <summary>Reads the outcomes of images <paramref name="from"/> up to but not including <paramref name="end"/>.</summary>
    public async Task<IReadOnlyList<ImageOutcome>> ReadAsync(int from, int end)
    {
        var outcomes = new List<ImageOutcome>(Math.Max(0, end - from));
        for (var first = from; first < end;)
        {
            var page = first / IOutcomePageGrain.Size;
            var last = Math.Min(end, (page + 1) * IOutcomePageGrain.Size);
            var stored = (await Page(grains, job, page).ReadAsync()).ToDictionary(o => o.Index);
            for (; first < last; first++)
                outcomes.Add(stored.GetValueOrDefault(first) ?? new(first, (await images.ReadAsync(first)).Name, ImageState.Pending));
        }
        return outcomes;
    }
}
