using System.Globalization;
using System.Text;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Grains.Abstractions.Keys;

namespace SaliencyCluster.Gateway.Requests;

/// <summary>What may be a name of a job, a model or an image.</summary>
internal static class NameRule
{
    private const int ZeroWidthNonJoiner = 0x200C, ZeroWidthJoiner = 0x200D;

    /// <summary>Checks the name of a job or a model.</summary>
    /// <exception cref="InvalidRequestException">SAL2612.</exception>
    public static string Checked(string name, string field) => GrainKeys.IsName(name) ? name : throw InvalidRequestException.Of(
        "SAL2612", field, $"The field '{field}' is '{Echo.Of(name)}', which is no valid name.", "Use 1 to 100 letters, digits, '.', '_' or '-', not beginning with '.'.");

    /// <summary>Checks the reference to a model: a name, and perhaps a version.</summary>
    /// <exception cref="InvalidRequestException">SAL2612.</exception>
    public static string CheckedModel(string reference, string field)
    {
        var colon = reference.LastIndexOf(':');
        if (colon >= 0 && int.TryParse(reference.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0 && GrainKeys.IsName(reference[..colon])) return reference;
        return Checked(reference, field);
    }

    /// <summary>Checks the name of an image, which becomes the name of a folder.</summary>
    /// <exception cref="InvalidRequestException">SAL2612.</exception>
    public static string CheckedImage(string name, string field) => name.Length <= 200 && IsImageName(name) ? name : throw InvalidRequestException.Of(
        "SAL2612", field, $"The field '{field}' is '{Echo.Of(name)}', which cannot be the name of a folder.",
        "Use 1 to 200 characters without '/', '\\' and control characters, not '.' or '..'.");

    // Character by character, since a pattern sees the halves of those beyond U+FFFF.
    private static bool IsImageName(string name)
    {
        if (name is "" or "." or "..") return false;
        for (var i = 0; i < name.Length;)
        {
            if (!Rune.TryGetRuneAt(name, i, out var rune) || rune.Value is '/' or '\\') return false;
            // Scripts and emoji need the joiners; the other format characters turn text around or hide it.
            if (rune.Value is not (ZeroWidthNonJoiner or ZeroWidthJoiner) && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned) return false;
            i += rune.Utf16SequenceLength;
        }
        return true;
    }
}
