using System.Globalization;
using System.Text.RegularExpressions;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Abstractions.Keys;

/// <summary>Names that become parts of grain keys, so that a key can always be taken apart again.</summary>
public static partial class GrainKeys
{
    /// <summary>The tenant of a cluster without API keys.</summary>
    public const string DefaultTenant = "default";

    /// <summary>The pool that workers serve unless told otherwise.</summary>
    public const string DefaultPool = "default";

    /// <summary>What the ids of jobs begin with that are computed for somebody who just looks.</summary>
    public const string ViewedJob = "view-";

    /// <summary>Key of the grains of which a cluster has one.</summary>
    public const string Single = "cluster";

    /// <summary>Says whether a text can be a tenant, job id, model name or pool: 1 to 100 of <c>A-Z a-z 0-9 . _ -</c>, not starting with a dot.</summary>
    public static bool IsName(string text) => NamePattern().IsMatch(text);

    /// <summary>Key of the secret that manifests are signed with.</summary>
    public const string Signing = "signing";

    internal static string[] Split(string key, int parts)
    {
        var split = key.Split('/');
        return split.Length == parts ? split : throw new SaliencyException("SAL3003", $"'{key}' is not a grain key of {parts} parts.",
            "Names may hold letters, digits, '.', '_' and '-' only.");
    }

    /// <summary>Refuses a text that cannot be a name.</summary>
    /// <exception cref="SaliencyException">SAL3003.</exception>
    public static string Checked(string name, string what) => IsName(name) ? name : throw new SaliencyException(
        "SAL3003", $"The {what} '{name}' is not a valid name.", "Use 1 to 100 letters, digits, '.', '_' or '-', not starting with '.'.");

    internal static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    // \z and not $, which lets a line feed at the end through.
    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex NamePattern();
}
