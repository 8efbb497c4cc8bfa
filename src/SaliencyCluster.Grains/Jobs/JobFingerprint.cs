using System.Security.Cryptography;
using System.Text.Json;
using SaliencyCluster.Grains.Abstractions.Jobs;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>Tells whether two submissions ask for the same.</summary>
internal static class JobFingerprint
{
    /// <summary>Hashes everything that a client chooses; equal submissions have equal hashes.</summary>
    public static string Of(JobSubmission submission) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(submission)));

    /// <summary>Compares with a submission that was accepted, its model by then with its version; also one that an earlier version hashed with fewer fields.</summary>
    public static bool AsksForTheSame(JobSubmission accepted, JobSubmission submission) =>
        (accepted.Model == submission.Model || accepted.Model.StartsWith(submission.Model + ":", StringComparison.Ordinal)) && Of(accepted with { Model = submission.Model }) == Of(submission);
}
