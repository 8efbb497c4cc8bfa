using System.Text;

namespace SaliencyCluster.Gateway.Errors;

/// <summary>Cuts texts of an error to what fits into headers: clients take 8 KiB of them in all and drop the whole answer beyond that.</summary>
internal static class HeaderText
{
    private const string Cut = "..";

    /// <summary>Cuts a text to a number of bytes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">The most bytes.</param>
    /// <param name="escaped">Whether bytes that are no printable ASCII become three, as in <c>grpc-message</c>.</param>
    public static string Of(string text, int most, bool escaped = false)
    {
        var (bytes, end) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += escaped && (rune.Value is < 0x20 or > 0x7e or '%') ? 3 * rune.Utf8SequenceLength : rune.Utf8SequenceLength;
            if (bytes > most) return string.Concat(text.AsSpan(0, end), Cut);
            // A half of a character counts as the sign that stands for it, and is one of the text.
            if (bytes <= most - Cut.Length) end += rune == Rune.ReplacementChar && text[end] != '\ufffd' ? 1 : rune.Utf16SequenceLength;
        }
        return text;
    }
}
