using System.Security.Cryptography;
using System.Text;

namespace SaliencyCluster.Evaluation.Randomization;

/// <summary>What of a model is randomised and how. Together with the model's hash it names the randomised model.</summary>
/// <param name="Seed">Seed of the weights.</param>
/// <param name="Layers">Names of the layers, in the order of the model; others keep what they learned.</param>
/// <param name="Statistics">What happens to moving means and variances.</param>
public sealed record RandomizationSpec(ulong Seed, IReadOnlyList<string> Layers, NormalizationStatistics Statistics = NormalizationStatistics.Kept)
{
    private const string Version = "randomized-v1";

    /// <summary>
    /// The hash of the randomised model, in the form of a model's hash: SHA-256 of a text that says model, seed, statistics and layers.
    /// It can be told without deriving the model, and is the key of every cache.
    /// </summary>
    public string HashOf(string modelHash) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text(modelHash))));

    /// <summary>The text that is hashed: one line each for version, model, seed, statistics and each layer.</summary>
    public string Text(string modelHash) =>
        string.Join('\n', [Version, modelHash, Seed.ToString(System.Globalization.CultureInfo.InvariantCulture), Statistics.ToString(), .. Layers]);
}
