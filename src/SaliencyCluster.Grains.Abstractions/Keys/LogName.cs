using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SaliencyCluster.Grains.Abstractions.Keys;

/// <summary>
/// What logs call work: not by the names that users gave, which may be those of patients or studies, but by the first 12 digits of the SHA-256 of
/// <c>tenant/id</c>. Who knows the name finds its lines; who reads the lines does not learn the name.
/// </summary>
public static class LogName
{
    /// <summary>Names a job.</summary>
    public static string Of(JobKey job) => Of(job.ToString());

    /// <summary>Names an evaluation.</summary>
    public static string Of(EvaluationKey evaluation) => Of(evaluation.ToString());

    /// <summary>Names a job or an evaluation.</summary>
    public static string Of(WorkKey work) => $"{work.Kind} {Of(work.Grain)}";

    /// <summary>Names an image by its job and its place in it.</summary>
    public static string Of(ImageKey image) => string.Create(CultureInfo.InvariantCulture, $"{Of(image.Job)}/{image.Index}");

    /// <summary>Names a model by the first digits of its SHA-256, as metrics do.</summary>
    public static string OfModel(string hash) => hash.Length > 12 ? hash[..12] : hash;

    private static string Of(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 6));
}
