namespace SaliencyCluster.Attribution.Requests;

/// <summary>Quotes what somebody sent in a message: errors travel in headers, which take few kilobytes.</summary>
public static class Echo
{
    private const int MaxLength = 200;

    /// <summary>Gets a text, or its start and how long it is.</summary>
    public static string Of(string text)
    {
        if (text.Length <= MaxLength) return text;
        // Not between the halves of a character.
        var end = char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
        return $"{text[..end]}.. ({text.Length} characters)";
    }
}
