using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Jobs;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Provenance;

/// <summary>Makes the job that explains images of an earlier one again, with everything as it was.</summary>
internal sealed class JobReplay(IBlobStore blobs)
{
    private const int MaxImages = 200;

    /// <summary>Gets what to submit.</summary>
    /// <param name="job">The earlier job.</param>
    /// <param name="images">Indexes of its images.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="InvalidRequestException">SAL2604.</exception>
    /// <exception cref="SaliencyException">SAL2630, SAL3002, SAL3007.</exception>
    public async Task<JobSubmission> OfAsync(IJobGrain job, IReadOnlyList<int> images, CancellationToken cancellation)
    {
        if (images.Count is 0 or > MaxImages) throw InvalidRequestException.Of(
            "SAL2604", "images", $"The field 'images' has {images.Count} values; it must have from 1 to {MaxImages}.",
            "Replay a large job in parts.");
        var (status, submission) = (await ManifestStream.EndedAsync(job), await job.GetSubmissionAsync());
        foreach (var index in images) JobImages.Check(status, index);
        var (stored, list) = (new ManifestReader(blobs, submission.Images), new ManifestWriter(blobs));
        foreach (var index in images.Distinct().Order())
        {
            var entry = await stored.ReadAsync(index, cancellation);
            // Noise is drawn by the place in the job.
            await list.AddAsync(entry with { NoiseIndex = entry.NoiseIndex ?? (uint)index }, cancellation);
        }
        return submission with
        {
            Images = await list.CompleteAsync(cancellation),
            // With the defaults of that time: those of another version may differ.
            Request = status.Request,
            Compared = status.Compared,
            Batch = null,
        };
    }
}
