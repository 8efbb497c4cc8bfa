namespace SaliencyCluster.Hosting.Tls;

/// <summary>
/// Something that is made of files which are replaced while the process runs, such as a certificate and its key: looked at again when it is asked for, at
/// most every ten seconds. Files that cannot be used are reported, and what was made before stays.
/// </summary>
/// <typeparam name="T">What is made of the files.</typeparam>
public sealed class RenewedFiles<T>
    where T : class
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private readonly IReadOnlyList<string> _paths;
    private readonly Func<IReadOnlyList<string>, T> _make;
    private readonly Action<T> _renewed;
    private readonly Action<T, Exception> _kept;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private IReadOnlyList<string> _texts;
    private T _current;
    private DateTimeOffset _looked;

    /// <summary>Reads the files.</summary>
    /// <param name="paths">The files; they are read together.</param>
    /// <param name="make">Makes it of their texts, in the same order; throws where they cannot be used.</param>
    /// <param name="renewed">Told of what is new.</param>
    /// <param name="kept">Told of what stays, and why.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">A file cannot be read at the start; so too <see cref="UnauthorizedAccessException"/>, and what <paramref name="make"/> throws.</exception>
    public RenewedFiles(IReadOnlyList<string> paths, Func<IReadOnlyList<string>, T> make, Action<T> renewed, Action<T, Exception> kept, TimeProvider time)
    {
        (_paths, _make, _renewed, _kept, _time) = (paths, make, renewed, kept, time);
        _texts = Read();
        (_current, _looked) = (make(_texts), time.GetUtcNow());
    }

    /// <summary>Gets it: at most ten seconds behind the files.</summary>
    public T Current
    {
        get
        {
            lock (_lock)
            {
                if (_time.GetUtcNow() - _looked >= Period) Look();
                return _current;
            }
        }
    }

    // The files are written one after the other: between, they do not belong together.
    private void Look()
    {
        _looked = _time.GetUtcNow();
        try
        {
            var texts = Read();
            if (texts.SequenceEqual(_texts)) return;
            (_current, _texts) = (_make(texts), texts);
            _renewed(_current);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or Onnx.SaliencyException)
        {
            _kept(_current, error);
        }
    }

    private IReadOnlyList<string> Read() => [.. _paths.Select(File.ReadAllText)];
}
