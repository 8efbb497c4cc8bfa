using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace SaliencyCluster.Runtime.Packed;

/// <summary>
/// The functions of ONNX Runtime's C interface that operators of our own need and its managed library does not show. The library holds
/// their table as an internal struct, whose fields say where they lie; it is pinned to one version, and a test asks for each.
/// </summary>
internal static unsafe partial class OnnxRuntimeApi
{
    // The version of the table in which the newest of these functions is.
    private const uint Version = 16;

    private static readonly Type Fields = typeof(InferenceSession).Assembly.GetType("Microsoft.ML.OnnxRuntime.OrtApi", throwOnError: true)!;
    private static readonly byte* Table = (byte*)((delegate* unmanaged<uint, nint>)OrtGetApiBase()[0])(Version);

    public static readonly delegate* unmanaged<byte*, nint*, nint> CreateCustomOpDomain =
        (delegate* unmanaged<byte*, nint*, nint>)Function(nameof(CreateCustomOpDomain));

    public static readonly delegate* unmanaged<nint, nint, nint> AddToDomain =
        (delegate* unmanaged<nint, nint, nint>)Function("CustomOpDomain_Add");

    public static readonly delegate* unmanaged<nint, nint, nint> AddCustomOpDomain =
        (delegate* unmanaged<nint, nint, nint>)Function(nameof(AddCustomOpDomain));

    public static readonly delegate* unmanaged<nint, byte*, long*, nuint*, nint> GetAttribute =
        (delegate* unmanaged<nint, byte*, long*, nuint*, nint>)Function("KernelInfoGetAttributeArray_int64");

    public static readonly delegate* unmanaged<nint, nuint*, nint> GetInputCount =
        (delegate* unmanaged<nint, nuint*, nint>)Function("KernelContext_GetInputCount");

    public static readonly delegate* unmanaged<nint, nuint, nint*, nint> GetInput =
        (delegate* unmanaged<nint, nuint, nint*, nint>)Function("KernelContext_GetInput");

    public static readonly delegate* unmanaged<nint, nuint, long*, nuint, nint*, nint> GetOutput =
        (delegate* unmanaged<nint, nuint, long*, nuint, nint*, nint>)Function("KernelContext_GetOutput");

    public static readonly delegate* unmanaged<nint, nint*, nint> GetTensorTypeAndShape =
        (delegate* unmanaged<nint, nint*, nint>)Function(nameof(GetTensorTypeAndShape));

    public static readonly delegate* unmanaged<nint, nuint*, nint> GetElementCount =
        (delegate* unmanaged<nint, nuint*, nint>)Function("GetTensorShapeElementCount");

    public static readonly delegate* unmanaged<nint, int*, nint> GetElementType =
        (delegate* unmanaged<nint, int*, nint>)Function("GetTensorElementType");

    public static readonly delegate* unmanaged<nint, void> ReleaseTypeAndShape =
        (delegate* unmanaged<nint, void>)Function("ReleaseTensorTypeAndShapeInfo");

    public static readonly delegate* unmanaged<nint, nint*, nint> GetData =
        (delegate* unmanaged<nint, nint*, nint>)Function("GetTensorMutableData");

    private static readonly delegate* unmanaged<int, byte*, nint> CreateStatus =
        (delegate* unmanaged<int, byte*, nint>)Function(nameof(CreateStatus));

    private static readonly delegate* unmanaged<nint, byte*> GetErrorMessage =
        (delegate* unmanaged<nint, byte*>)Function(nameof(GetErrorMessage));

    private static readonly delegate* unmanaged<nint, void> ReleaseStatus =
        (delegate* unmanaged<nint, void>)Function(nameof(ReleaseStatus));

    /// <summary>Throws what a function answered, where that is an error.</summary>
    public static void Check(nint status)
    {
        if (status == 0) return;
        var message = Marshal.PtrToStringUTF8((nint)GetErrorMessage(status));
        ReleaseStatus(status);
        throw new InvalidOperationException(message);
    }

    /// <summary>Makes an answer that is an error; ONNX Runtime releases it.</summary>
    public static nint Error(string message)
    {
        const int Fail = 1;
        var text = Marshal.StringToCoTaskMemUTF8(message);
        var status = CreateStatus(Fail, (byte*)text);
        Marshal.FreeCoTaskMem(text);
        return status;
    }

    private static nint Function(string name)
    {
        const BindingFlags Every = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        if (Table is null || Fields.GetField(name, Every) is null)
            throw new MissingMethodException($"ONNX Runtime has no function {name} in version {Version} of its interface.");
        return *(nint*)(Table + Marshal.OffsetOf(Fields, name));
    }

    [LibraryImport("onnxruntime")]
    private static partial nint* OrtGetApiBase();
}
